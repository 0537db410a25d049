import { describe, expect, it } from '@jest/globals';
import { BufferedLogWriter } from './buffered-log-writer.js';

/** Takes at most `room` bytes, and none while it has no room. */
class Reader {
  room = Infinity;
  fails: string | null = null;
  readonly chunks: Uint8Array[] = [];
  attempts = 0;

  readonly writeNow = (bytes: Uint8Array): number => {
    this.attempts += 1;
    this.beforeAttempt();
    if (this.fails !== null) throw Object.assign(new Error(this.fails), { code: this.fails });
    if (this.room === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
    const taken = bytes.slice(0, this.room);
    this.room -= taken.length;
    this.chunks.push(taken);
    return taken.length;
  };

  beforeAttempt: () => void = () => undefined;

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const soon = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 30));
const numbered = (n: number): string => `line ${n} of an „Übung“ 😀\n`;
const LINES = Array.from({ length: 20 }, (_, n) => numbered(n));

function bufferedWriter() {
  const reader = new Reader();
  return { reader, lines: new BufferedLogWriter(reader.writeNow) };
}

describe('BufferedLogWriter', () => {
  it('go in one write a turn of the event loop, in their order', async () => {
    const { reader, lines } = bufferedWriter();
    for (const line of LINES) lines.write(line);
    expect(reader.chunks).toHaveLength(0);
    await turn();
    expect(reader.chunks).toHaveLength(1);
    lines.write('the next turn\n');
    await turn();
    expect(reader.chunks).toHaveLength(2);
    expect(reader.text).toBe(`${LINES.join('')}the next turn\n`);
  });

  it('arrive whole and in their order where the reader takes some bytes now and some later', async () => {
    const { reader, lines } = bufferedWriter();
    reader.room = 23;
    for (const line of LINES) lines.write(line);
    await turn();
    expect(reader.text.length).toBeLessThan(numbered(0).length);
    lines.write('one more\n');
    for (const room of [0, 1, 2, 3, 400]) {
      reader.room = room;
      await soon();
      expect(reader.room).toBe(0);
    }
    reader.room = Infinity;
    await soon();
    expect(reader.text).toBe(`${LINES.join('')}one more\n`);
  });

  it('wait for a reader that is behind up to a bound, and then whoever logs waits', () => {
    const { reader, lines } = bufferedWriter();
    reader.room = 0;
    const line = `${'x'.repeat(1_023)}\n`;
    for (let n = 0; n < 1_024; n++) lines.write(line);
    expect(reader.attempts).toBe(0);
    reader.beforeAttempt = () => {
      if (reader.attempts === 3) reader.room = Infinity;
    };
    lines.write(line);
    expect(reader.attempts).toBe(3);
    expect(reader.text).toBe(line.repeat(1_025));
  });

  it('are all written at the end, once, unless the reader takes nothing for too long', async () => {
    const { reader, lines } = bufferedWriter();
    for (const line of LINES) lines.write(line);
    lines.flushSync();
    await turn();
    expect(reader.text).toBe(LINES.join(''));
    reader.room = 0;
    lines.write('never read\n');
    lines.flushSync(20);
    expect(reader.attempts).toBeGreaterThan(2);
    expect(reader.text).toBe(LINES.join(''));
  });

  it('are given up where the reader has gone, without a word', async () => {
    const { reader, lines } = bufferedWriter();
    reader.fails = 'EPIPE';
    lines.write(numbered(0));
    await turn();
    lines.write(numbered(1));
    lines.flushSync();
    await soon();
    expect(reader.attempts).toBe(1);
  });

  it('go on where some could not be written, and say so', async () => {
    const { reader, lines } = bufferedWriter();
    reader.fails = 'ENOSPC';
    lines.write(numbered(0));
    lines.flushSync();
    lines.write(numbered(1));
    await turn();
    expect(reader.attempts).toBe(2);
    reader.fails = null;
    lines.write(numbered(2));
    await turn();
    const [notice, ...written] = reader.text.split('\n');
    expect(JSON.parse(notice ?? '')).toEqual({ level: 'warn', msg: 'log lines could not be written: ENOSPC' });
    expect(written.join('\n')).toBe(numbered(2));
  });
});
