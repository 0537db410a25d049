/** Error of an export or import that the operator can resolve. The message says how. */
export class DataTransferError extends Error {
  override readonly name = 'DataTransferError';
}
