import { describe, expect, it } from '@jest/globals';
import { codedBody } from './content-coding.js';

const [body, br, gzip] = ['plain', 'br', 'gzip'].map((text) => Buffer.from(text));
const file = (compressed: object): Parameters<typeof codedBody>[0] => ({
  ...{ type: 'text/plain', body: body ?? Buffer.alloc(0), isImmutable: false, compressed },
});

describe('codedBody', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['br ; q=0.000', null],
    ['br;q=0.001', 'br'],
    ['*', null],
    ['', null],
    [undefined, null],
  ])('for %s is %s', (header, coding) => expect(codedBody(file({ br, gzip }), header).coding).toBe(coding));

  it('reads a header of many spaces in linear time', () => {
    const begunAt = performance.now();
    expect(codedBody(file({ br }), `br${' '.repeat(200_000)}x`).coding).toBe(null);
    // A quadratic reader takes more than a minute.
    expect(performance.now() - begunAt).toBeLessThan(5_000);
  });

  it('is the file itself if it has no compressed form', () => {
    expect(codedBody(file({}), 'br, gzip')).toEqual({ body, coding: null });
    expect(codedBody(file({ gzip }), 'br, gzip')).toEqual({ body: gzip, coding: 'gzip' });
  });
});
