import type { IncomingMessage } from 'node:http';

/** Maximum size of a body that a sandbox reads: 1 MiB. */
export const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Reads a whole body. Returns undefined if the body exceeds {@link BODY_LIMIT_BYTES}; rejects if the body is
 * incomplete.
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Buffer))
      throw new TypeError(
        'The request stream has an encoding set, so its bytes are not available. Remove setEncoding.',
      );
    size += chunk.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return size > BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks);
}
