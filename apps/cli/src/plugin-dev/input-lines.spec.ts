import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { inputLines } from './input-lines.js';

describe('inputLines', () => {
  it('splits the input into lines, also within chunks', async () => {
    const lines: string[] = [];
    for await (const line of inputLines(Readable.from([Buffer.from('\ntier'), 'Upgraded\n\nrest']))) lines.push(line);
    expect(lines).toEqual(['', 'tierUpgraded', '']);
  });

  it('ends if the input is destroyed', async () => {
    const input = new Readable({ read: () => undefined });
    const lines = inputLines(input);
    const next = lines.next();
    input.destroy();
    expect(await next).toMatchObject({ done: true });
  });
});
