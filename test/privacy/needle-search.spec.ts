import { describe, expect, it } from '@jest/globals';
import { NeedleSearch } from './needle-search.js';

const needles = ['planted', 'plants', 'another needle', '\u0000\u0000\u0001\u0002', 'é-value'].map((text) => ({
  bytes: Buffer.from(text),
  is: text,
}));
const search = new NeedleSearch(needles, 16);

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('NeedleSearch', () => {
  const hay = Buffer.from(`plant planted\u0000\u0000\u0000\u0001\u0002 é-valu é-value another needl another needle`);

  it('finds each needle at any chunk boundary', async () => {
    for (let size = 1; size <= hay.length; size += 1) {
      const { bytes, found } = await search.in(cut(hay, size));
      expect(bytes).toBe(hay.length);
      expect([...found].sort()).toEqual(['\u0000\u0000\u0001\u0002', 'another needle', 'planted', 'é-value']);
    }
  });

  it('finds nothing in bytes without a needle', async () => {
    const { found } = await search.in([Buffer.from('plante'), Buffer.alloc(0), Buffer.from('another needl')]);
    expect([...found]).toEqual([]);
  });

  it('finds a needle at the end of the bytes', async () => {
    expect([...(await search.in([Buffer.from('xplants')])).found]).toEqual(['plants']);
  });

  it('refuses a needle that is short enough to match by chance', () => {
    expect(() => new NeedleSearch([{ bytes: Buffer.from('abc'), is: 'abc' }])).toThrow(RangeError);
  });
});
