/** Error that `beforeWrite` throws to stop a request. Its message contains the reason. */
export class WriteRefusedError extends Error {
  override readonly name = 'WriteRefusedError';
}
