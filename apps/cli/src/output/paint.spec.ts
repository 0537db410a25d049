import { describe, expect, it } from '@jest/globals';
import { createPaint } from './paint.js';

describe('createPaint', () => {
  const terminal = { write: () => undefined, isTTY: true };
  it.each([
    ['a terminal', {}, terminal, true],
    ['a pipe', {}, { write: () => undefined }, false],
    ['NO_COLOR', { NO_COLOR: '1' }, terminal, false],
    ['a dumb terminal', { TERM: 'dumb' }, terminal, false],
  ])('decides about colours for %s', (_, env: Record<string, string>, output, coloured) => {
    expect(createPaint(env, output).good('x')).toBe(coloured ? '\u001b[32mx\u001b[39m' : 'x');
  });
});
