import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => lines.push(line) }));
  return lines;
}

describe('the log', () => {
  it('stays one line of JSON an entry, without anything that a terminal acts upon', () => {
    const hostile = '\u001b[2J\r\n{"level":"fatal"}\u0000\u007f\u009b31m\u2028\u2029';
    const lines = logged((logger) => {
      logger.info({ value: hostile, [hostile]: 1, err: new Error(hostile) }, hostile);
      logger.child({ hostile }).warn('beside it');
    });
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      // eslint-disable-next-line no-control-regex -- these are what is looked for
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ value: hostile, msg: hostile, level: 'info' });
  });

  it('cuts what sounds like a secret or like personal data', () => {
    const [line] = logged((logger) => logger.info({ token: 'x-1', deep: { phone: 'x-2', email: 'x-3' } }, 'words'));
    expect(line).toContain('words');
    expect(line).not.toContain('x-');
  });

  it('tells of an error its words and its place, never its properties', () => {
    const error = Object.assign(new Error('broke'), { code: 'E1', row: 'x-1' });
    const [line] = logged((logger) => logger.error({ err: error }, 'words'));
    expect(JSON.parse(line ?? '')).toMatchObject({ err: { message: 'broke', code: 'E1' } });
    expect(line).not.toContain('x-1');
  });
});
