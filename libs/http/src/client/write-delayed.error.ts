/** Error that `beforeWrite` throws to have the request repeated later. Nothing was written. */
export class WriteDelayedError extends Error {
  override readonly name = 'WriteDelayedError';

  /** @param milliseconds until the request is repeated */
  constructor(readonly milliseconds: number) {
    super(`the request is written after another ${milliseconds} ms`);
  }
}
