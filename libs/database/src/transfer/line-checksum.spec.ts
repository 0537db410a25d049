import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { inDependencyOrder } from './dependency-order.js';
import { LineChecksum, type RowsChecksum } from './line-checksum.js';

async function checksumOf(...chunks: string[]): Promise<RowsChecksum> {
  const checksum = new LineChecksum();
  checksum.resume();
  await pipeline(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), checksum);
  return checksum.result();
}

describe('LineChecksum', () => {
  it('does not depend on the order of the rows or on the size of the chunks', async () => {
    const expected = await checksumOf('one\ntwo\nthree\n');
    expect(expected.rows).toBe(3);
    expect(await checksumOf('three\none\ntwo\n')).toEqual(expected);
    expect(await checksumOf('o', 'n', 'e\ntw', 'o\nthree', '\n')).toEqual(expected);
  });

  it('differs for other rows, and for another number of equal rows', async () => {
    const texts = ['', 'a\n', 'b\n', 'a\na\n', 'a\na\na\n', '\n', 'a\n\n'];
    const checksums = await Promise.all(texts.map((text) => checksumOf(text)));
    expect(new Set(checksums.map(({ rows, checksum }) => `${rows} ${checksum}`)).size).toBe(texts.length);
  });

  it('fails if the last row has no end', async () => {
    await expect(checksumOf('one\ntw')).rejects.toThrow('middle of a line');
  });
});

describe('inDependencyOrder', () => {
  it('puts each table after the tables that it references', () => {
    const references = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'c' },
      { from: 'd', to: 'elsewhere' },
    ];
    expect(inDependencyOrder(['a', 'd', 'b', 'c'], references)).toEqual(['c', 'b', 'a', 'd']);
  });
});
