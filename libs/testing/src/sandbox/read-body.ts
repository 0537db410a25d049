import type { IncomingMessage } from 'node:http';

/** The largest body a sandbox reads: 1 MiB. */
export const BODY_LIMIT_BYTES = 1_048_576;

/** Reads a body whole. Undefined where it is longer than {@link BODY_LIMIT_BYTES}; rejects where it breaks off. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Buffer)) throw new TypeError('The request has an encoding set: its bytes cannot be told.');
    size += chunk.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return size > BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks);
}
