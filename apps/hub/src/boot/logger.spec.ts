import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => lines.push(line) }));
  return lines;
}

describe('createLogger', () => {
  it('writes one line of JSON per entry, with control characters escaped', () => {
    const hostile = '\u001b[2J\r\n{"level":"fatal"}\u0000\u007f\u009b31m\u2028\u2029';
    const lines = logged((logger) => {
      logger.info({ value: hostile, [hostile]: 1, err: new Error(hostile) }, hostile);
      logger.child({ hostile }).warn('beside it');
    });
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      // eslint-disable-next-line no-control-regex -- the test searches for control characters
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ value: hostile, msg: hostile, level: 'info' });
  });

  it('redacts fields whose names suggest secrets or personal data', () => {
    const [line] = logged((logger) => logger.info({ token: 'x-1', deep: { phone: 'x-2', email: 'x-3' } }, 'words'));
    expect(line).toContain('words');
    expect(line).not.toContain('x-');
  });

  it('logs message, code and stack of an error, never its other properties', () => {
    const error = Object.assign(new Error('broke'), { code: 'E1', row: 'x-1' });
    const [line] = logged((logger) => logger.error({ err: error }, 'words'));
    expect(JSON.parse(line ?? '')).toMatchObject({ err: { message: 'broke', code: 'E1' } });
    expect(line).not.toContain('x-1');
  });
});

/** Runs a script with a `logger` in a child process whose output is read with a delay. Returns its lines. */
async function loggedByProcess(script: string): Promise<string[]> {
  const source = new URL('./logger.ts', import.meta.url).href;
  const start = `const { createLogger } = await import(${JSON.stringify(source)}); const logger = createLogger('info'); process.stderr.write('now');`;
  const child = spawn(
    process.execPath,
    ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', `${start}\n${script}`],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: join(import.meta.dirname, '..', '..', '..', '..') },
  );
  await once(child.stderr.resume(), 'data');
  await delay(200);
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk);
  return output.trimEnd().split('\n');
}

describe('the log of a process that ends', () => {
  // Script that logs 600 kB, which is many times the capacity of a pipe.
  const many = `for (let n = 0; n < 2_000; n++) logger.info({ n, filler: 'x'.repeat(250) }, 'line');`;

  it.each([
    ['has no work left', ''],
    ['calls process.exit', 'process.exit(3);'],
    ['throws an error', 'throw new Error();'],
    ['throws an error in a later turn', 'setTimeout(() => { logger.info({ n: 2_000 }, "line"); null.f(); });'],
  ])('is complete if the process %s', async (_how, end) => {
    const lines = await loggedByProcess(`${many}\n${end}`);
    const numbers = lines.map((line) => Number(/"n":(\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual(Array.from({ length: end.includes('2_000') ? 2_001 : 2_000 }, (_, n) => n));
  });
});
