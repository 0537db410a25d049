import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK_BYTES = 1024 * 1024;

/** All files below a folder, one after the other, in chunks. Between two files nothing joins. */
export async function* readFiles(folder: string): AsyncGenerator<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    try {
      for await (const chunk of createReadStream(join(entry.parentPath, entry.name), { highWaterMark: CHUNK_BYTES })) {
        if (Buffer.isBuffer(chunk)) yield chunk;
      }
    } catch (error) {
      // The server goes on: it may take a file away meanwhile, and what was in it is in its log.
      if (!isMissing(error)) throw error;
    }
    yield SEPARATOR;
  }
}

const SEPARATOR = Buffer.alloc(64);

/** Errors of Node are not of the class that Jest calls Error. */
function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
