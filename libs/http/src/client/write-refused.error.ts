/** Thrown by `beforeWrite` to keep a request from going out. Its message says why. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
}
