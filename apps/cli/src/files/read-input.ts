import { readFile, stat } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { CliError, usageError } from '../cli-error.js';

const MAX_BYTES = 16 * 1024 * 1024;

/** Reads a file, or standard input for `-`. Throws if it cannot be read or is larger than 16 MiB. */
export async function readInput(context: Pick<CliContext, 'stdin'>, path: string): Promise<Buffer> {
  return path === '-' ? readStream(context.stdin) : readWholeFile(path);
}

/** Reads a file or standard input as JSON. Throws if it is not valid JSON. */
export async function readJsonInput(context: Pick<CliContext, 'stdin'>, path: string): Promise<unknown> {
  const text = (await readInput(context, path)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`${path === '-' ? 'Standard input' : path} is not valid JSON.`, 'Pass one event as JSON.');
  }
}

async function readWholeFile(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true)
    throw usageError(`${path} is not a file.`, 'Correct the path, or use - for standard input.');
  if (found.size > MAX_BYTES) throw tooLarge();
  return readFile(path).catch(() => {
    throw new CliError(`${path} could not be read.`, 'Correct its permissions.');
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
  return new CliError(
    'The input is larger than 16 MiB.',
    'Send fewer events per call. By default the hub accepts 1 MiB.',
  );
}
