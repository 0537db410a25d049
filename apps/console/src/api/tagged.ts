import { completeAnswerOf } from './client';

/** Object of the API with the entity tag of the state that was read. */
export interface Tagged<T> {
  readonly value: T;
  /** Value for `If-Match`. The hub refuses a change with 412 if the object has changed since. */
  readonly tag: string;
}

/** Waits for a call and returns its body with the `ETag` of the answer. Throws a `Problem` if it has no body. */
export async function taggedAnswerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<Tagged<T>> {
  const { data, response } = await completeAnswerOf(call);
  return { value: data, tag: response.headers.get('etag') ?? '*' };
}
