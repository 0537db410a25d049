import { readFile, stat } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';

const MAX_BYTES = 16 * 1024 * 1024;

/** The bytes of a file, or of standard input for `-`. Throws where they cannot be read or are more than 16 MiB. */
export async function readInput(context: Pick<CliContext, 'stdin'>, path: string): Promise<Buffer> {
  return path === '-' ? readStream(context.stdin) : readWholeFile(path);
}

/** Parses the input as JSON. Throws with the position of the error if it is not valid. */
export async function readJsonInput(context: Pick<CliContext, 'stdin'>, path: string): Promise<unknown> {
  const text = (await readInput(context, path)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`${path === '-' ? 'Standard input' : path} is not JSON.`, 'Give one event as JSON.');
  }
}

async function readWholeFile(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw usageError(`${path} is no file that can be read.`, 'Use - for standard input.');
  if (found.size > MAX_BYTES) throw tooLarge();
  return readFile(path).catch(() => {
    throw new CliError(`${path} could not be read.`, 'Fix its permissions.');
  });
}

async function readStream(stream: CliContext['stdin']): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): CliError {
  return new CliError('The input is larger than 16 MiB.', 'A hub takes 1 MiB in one call, unless it is set otherwise.');
}
