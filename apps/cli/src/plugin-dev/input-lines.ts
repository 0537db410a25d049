import type { CliContext } from '../cli-context.js';

/** Splits the input into lines. Ends without an error if the input is destroyed. */
export async function* inputLines(stdin: CliContext['stdin']): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of stdin) {
      const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!isDestroyed(error)) throw error;
  }
}

function isDestroyed(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
