import { answerOf, PatchbayError } from '@patchbay/client';

/** Object of the API with the entity tag of the state that was read. */
export interface Tagged<T> {
  readonly value: T;
  /** Value for `If-Match`. The hub refuses a change with 412 if the object has changed since. */
  readonly tag: string;
}

/**
 * Waits for a call and returns its body with the `ETag` of the answer. Throws a `PatchbayError` if one of them is
 * missing: without the tag, a change could replace the change of another person.
 */
export async function taggedAnswerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<Tagged<T>> {
  const value = await answerOf(call);
  const { response } = await call;
  const tag = response.headers.get('etag');
  if (tag === null) throw new PatchbayError('unreadable', { status: response.status });
  return { value, tag };
}
