import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';

/** The most that is read of an answer, as it comes and decompressed, in bytes. */
export const RESPONSE_LIMIT = 1_024 * 1_024;

/** An answer that is longer than the limit; reading was stopped. */
export class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError';
  readonly code = 'ANSWER_TOO_LONG';
  constructor(options?: ErrorOptions) {
    super('the answer is longer than 1 MiB', options);
  }
}

/** What the hub can decompress: the value of `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

type Decompress = (body: InputType, options: ZlibOptions) => Promise<Buffer>;

const DECOMPRESS = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** An answer's body, decompressed. Rejects where it cannot be decompressed or is longer than 1 MiB. */
export async function decodedBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decompress = encoding === undefined ? undefined : DECOMPRESS.get(encoding.trim().toLowerCase());
  if (decompress === undefined || body.length === 0) return body;
  try {
    return await decompress(body, { maxOutputLength: RESPONSE_LIMIT });
  } catch (error) {
    throw isTooLarge(error) ? new AnswerTooLongError({ cause: error }) : error;
  }
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
