import { describe, expect, it } from '@jest/globals';
import { answerWithin, bytesWithin } from './silent-place.js';

const LIMIT_MS = 20;
const never = (): Promise<never> => new Promise(() => undefined);

async function* file(parts: readonly string[], then: () => Promise<void>, ends: string[]): AsyncGenerator<Uint8Array> {
  try {
    for (const part of parts) yield Buffer.from(part);
    await then();
  } finally {
    ends.push('closed');
  }
}

describe('answerWithin', () => {
  it('returns the result, passes the error, and fails if there is no answer', async () => {
    expect(await answerWithin(LIMIT_MS, Promise.resolve('list'))).toBe('list');
    await expect(answerWithin(LIMIT_MS, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await expect(answerWithin(LIMIT_MS, never())).rejects.toThrow('did not answer within 20 ms');
  });
});

describe('bytesWithin', () => {
  it('yields all bytes, and closes the file at the end and if the caller stops', async () => {
    const ends: string[] = [];
    const read: string[] = [];
    for await (const bytes of bytesWithin(
      LIMIT_MS,
      file(['a', 'b'], () => Promise.resolve(), ends),
    )) {
      read.push(Buffer.from(bytes).toString());
    }
    expect([read, ends]).toEqual([['a', 'b'], ['closed']]);
    const stopped = bytesWithin(LIMIT_MS, file(['a', 'b'], never, ends));
    await stopped.next();
    await stopped.return(undefined);
    expect(ends).toEqual(['closed', 'closed']);
  });

  it('fails after the bytes that arrived if the place falls silent', async () => {
    const read: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const bytes of bytesWithin(LIMIT_MS, file(['a'], never, []))) read.push(Buffer.from(bytes).toString());
    };
    await expect(reading()).rejects.toThrow('did not answer');
    expect(read).toEqual(['a']);
  });
});
