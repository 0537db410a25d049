import { describe, expect, it } from '@jest/globals';
import { BufferedLogWriter } from './buffered-log-writer.js';

/** Log reader that takes `capacity` bytes in total and then throws EAGAIN. */
class Reader {
  capacity = Infinity;
  fails: string | null = null;
  readonly chunks: Uint8Array[] = [];
  attempts = 0;

  readonly writeNow = (bytes: Uint8Array): number => {
    this.attempts += 1;
    this.beforeAttempt();
    if (this.fails !== null) throw Object.assign(new Error(this.fails), { code: this.fails });
    if (this.capacity === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
    const taken = bytes.slice(0, this.capacity);
    this.capacity -= taken.length;
    this.chunks.push(taken);
    return taken.length;
  };

  beforeAttempt: () => void = () => undefined;

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const retried = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 30));
const numbered = (n: number): string => `line ${n} of an „Übung“ 😀\n`;
const LINES = Array.from({ length: 20 }, (_, n) => numbered(n));

function bufferedWriter() {
  const reader = new Reader();
  return { reader, lines: new BufferedLogWriter(reader.writeNow) };
}

describe('BufferedLogWriter', () => {
  it('writes the lines of one event loop turn at once, in order', async () => {
    const { reader, lines } = bufferedWriter();
    for (const line of LINES) lines.write(line);
    expect(reader.chunks).toHaveLength(0);
    await nextTurn();
    expect(reader.chunks).toHaveLength(1);
    lines.write('the next turn\n');
    await nextTurn();
    expect(reader.chunks).toHaveLength(2);
    expect(reader.text).toBe(`${LINES.join('')}the next turn\n`);
  });

  it('writes all lines completely and in order if the reader takes a few bytes at a time', async () => {
    const { reader, lines } = bufferedWriter();
    reader.capacity = 23;
    for (const line of LINES) lines.write(line);
    await nextTurn();
    expect(reader.text.length).toBeLessThan(numbered(0).length);
    lines.write('one more\n');
    for (const capacity of [0, 1, 2, 3, 400]) {
      reader.capacity = capacity;
      await retried();
      expect(reader.capacity).toBe(0);
    }
    reader.capacity = Infinity;
    await retried();
    expect(reader.text).toBe(`${LINES.join('')}one more\n`);
  });

  it('buffers lines for a slow reader up to a limit, then blocks the process', () => {
    const { reader, lines } = bufferedWriter();
    reader.capacity = 0;
    const line = `${'x'.repeat(1_023)}\n`;
    for (let n = 0; n < 1_024; n++) lines.write(line);
    expect(reader.attempts).toBe(0);
    reader.beforeAttempt = () => {
      if (reader.attempts === 3) reader.capacity = Infinity;
    };
    lines.write(line);
    expect(reader.attempts).toBe(3);
    expect(reader.text).toBe(line.repeat(1_025));
  });

  it('flushes all lines once at the end, and gives up if the reader takes nothing until the timeout', async () => {
    const { reader, lines } = bufferedWriter();
    for (const line of LINES) lines.write(line);
    lines.flushSync();
    await nextTurn();
    expect(reader.text).toBe(LINES.join(''));
    reader.capacity = 0;
    lines.write('never read\n');
    lines.flushSync(20);
    expect(reader.attempts).toBeGreaterThan(2);
    expect(reader.text).toBe(LINES.join(''));
  });

  it('drops lines without a notice after the reader has closed the pipe', async () => {
    const { reader, lines } = bufferedWriter();
    reader.fails = 'EPIPE';
    lines.write(numbered(0));
    await nextTurn();
    lines.write(numbered(1));
    lines.flushSync();
    await retried();
    expect(reader.attempts).toBe(1);
  });

  it('continues after a failed write and reports the lost lines', async () => {
    const { reader, lines } = bufferedWriter();
    reader.fails = 'ENOSPC';
    lines.write(numbered(0));
    lines.flushSync();
    lines.write(numbered(1));
    await nextTurn();
    expect(reader.attempts).toBe(2);
    reader.fails = null;
    lines.write(numbered(2));
    await nextTurn();
    const [notice, ...written] = reader.text.split('\n');
    expect(JSON.parse(notice ?? '')).toEqual({ level: 'warn', msg: 'log lines lost: ENOSPC' });
    expect(written.join('\n')).toBe(numbered(2));
  });
});
