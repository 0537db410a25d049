/** Thrown by `beforeWrite` to have the request repeated later; nothing of it was written. */
export class WriteDelayedError extends Error {
  override readonly name = 'WriteDelayedError';

  /** @param milliseconds until the request is repeated */
  constructor(readonly milliseconds: number) {
    super(`not written for another ${milliseconds} ms`);
  }
}
