import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK_BYTES = 1024 * 1024;

/** Streams all files below a folder in chunks, with a separator between two files. */
export async function* readFiles(folder: string): AsyncGenerator<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    try {
      for await (const chunk of createReadStream(join(entry.parentPath, entry.name), { highWaterMark: CHUNK_BYTES })) {
        if (Buffer.isBuffer(chunk)) yield chunk;
      }
    } catch (error) {
      // The server runs during the search and may delete a file. The server's log still contains the content of the
      // deleted file.
      if (!isMissing(error)) throw error;
    }
    yield SEPARATOR;
  }
}

const SEPARATOR = Buffer.alloc(64);

/**
 * Returns true if the error means that a file does not exist. In Jest, errors of Node.js are not instances of Jest's
 * own `Error` class.
 */
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
