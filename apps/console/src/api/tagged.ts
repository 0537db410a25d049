import { completeAnswerOf } from './client';
import { Problem } from './problem';

/** Object of the API with the entity tag of the state that was read. */
export interface Tagged<T> {
  readonly value: T;
  /** Value for `If-Match`. The hub refuses a change with 412 if the object has changed since. */
  readonly tag: string;
}

/**
 * Waits for a call and returns its body with the `ETag` of the answer. Throws a `Problem` if one of them is missing:
 * without the tag, a change could replace the change of another person.
 */
export async function taggedAnswerOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<Tagged<T>> {
  const { data, response } = await completeAnswerOf(call);
  const tag = response.headers.get('etag');
  if (tag === null) throw new Problem('unreadable', response.status, '');
  return { value: data, tag };
}
