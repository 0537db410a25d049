import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** The most that is read of an answer, decompressed, in bytes. */
export const RESPONSE_LIMIT = 1_024 * 1_024;

/** An answer that is longer than the limit; reading was stopped. */
export class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError';
  readonly code = 'ANSWER_TOO_LONG';
}

/** What the hub can decompress: the value of `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** Reads a whole answer, decompressed. Rejects where it breaks off, cannot be decompressed or is longer than 1 MiB. */
export function readAnswer(answer: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoder = decoderOf(answer.headers['content-encoding']);
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (error: Error): void => {
      reject(error);
      answer.destroy();
      decoder?.destroy();
    };
    const body = decoder ?? answer;
    answer.on('error', fail);
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > RESPONSE_LIMIT) fail(new AnswerTooLongError('the answer is longer than 1 MiB'));
      else chunks.push(chunk);
    });
    body.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
    });
    if (decoder !== undefined) {
      decoder.on('error', fail);
      answer.pipe(decoder);
    }
  });
}

function decoderOf(encoding: string | undefined): Transform | undefined {
  switch ((encoding ?? '').trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
