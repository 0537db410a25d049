import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';

/** Maximum size of an answer in bytes, both as received and decompressed. */
export const RESPONSE_LIMIT = 1_024 * 1_024;

/** Error for an answer larger than the limit. Reading was stopped. */
export class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError';
  readonly code = 'ANSWER_TOO_LONG';
  constructor(limit: number, options?: ErrorOptions) {
    super(`the answer is larger than ${limit} bytes`, options);
  }
}

/** Content encodings that the hub can decompress, as the value of `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

type Decompress = (body: InputType, options: ZlibOptions) => Promise<Buffer>;

const DECOMPRESS = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** Returns an answer's body, decompressed. Rejects if it cannot be decompressed or is larger than the limit in bytes. */
export async function decodedBody(body: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const decompress = DECOMPRESS.get(encoding.trim().toLowerCase());
  if (decompress === undefined || body.length === 0) return body;
  try {
    return await decompress(body, { maxOutputLength: limit });
  } catch (error) {
    throw isTooLarge(error) ? new AnswerTooLongError(limit, { cause: error }) : error;
  }
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
