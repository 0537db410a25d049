import { describe, expect, it } from '@jest/globals';
import { parsePostmasterFile } from './postmaster-file.js';

describe('parsePostmasterFile', () => {
  it('parses the file of a running server', () => {
    const text = '4711\n/data\n1700000000\n43199\n\n127.0.0.1\n  1234 5\nready   \n';
    expect(parsePostmasterFile(text)).toEqual({ pid: 4711, port: 43_199, status: 'ready' });
  });

  it('parses a partly written file', () => {
    expect(parsePostmasterFile('4711\n/data\n')).toEqual({ pid: 4711, port: undefined, status: undefined });
  });

  it.each(['', 'hello', '-1\n', '0\n'])('returns undefined for %j', (text) => {
    expect(parsePostmasterFile(text)).toBeUndefined();
  });
});
