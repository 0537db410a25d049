import { describe, expect, it } from '@jest/globals';
import { isFromThisMachine, judgeOrigin, type OriginVerdict } from './own-origin.js';

describe('judgeOrigin', () => {
  const publicUrl = 'https://hub.acme.example';

  it.each<[string | undefined, string | undefined, OriginVerdict]>([
    ['http://127.0.0.1:3000', '127.0.0.1:3000', 'own'],
    ['http://localhost:3000', 'localhost:3000', 'own'],
    ['http://hub.localhost', 'hub.localhost', 'own'],
    ['http://[::1]:3000', '[::1]:3000', 'own'],
    ['https://patchbay.example', 'patchbay.example', 'own'],
    ['https://patchbay.example', 'patchbay.example:443', 'own'],
    ['https://PATCHBAY.example', 'patchbay.EXAMPLE', 'own'],
    ['https://hub.acme.example', 'internal:3000', 'own'],
    ['http://127.0.0.1:4000', '127.0.0.1:3000', 'foreign'],
    ['http://localhost:3000', '127.0.0.1:3000', 'foreign'],
    ['https://evil.example', 'patchbay.example', 'foreign'],
    ['https://patchbay.example.evil.example', 'patchbay.example', 'foreign'],
    ['https://patchbay.example@evil.example', 'patchbay.example', 'foreign'],
    ['https://patchbay.example', undefined, 'foreign'],
    ['http://hub.acme.example', 'internal:3000', 'foreign'],
    ['http://patchbay.example', 'patchbay.example', 'insecure'],
    ['http://192.168.1.5:3000', '192.168.1.5:3000', 'insecure'],
    ['http://127.0.0.1.evil.example', '127.0.0.1.evil.example', 'insecure'],
    ['http://localhost.evil.example', 'localhost.evil.example', 'insecure'],
    [undefined, '127.0.0.1:3000', 'missing'],
    ['null', '127.0.0.1:3000', 'missing'],
    ['', '127.0.0.1:3000', 'missing'],
    ['file://', '127.0.0.1:3000', 'missing'],
    ['chrome-extension://abc', 'abc', 'missing'],
  ])('of %s at the host %s is %s', (origin, host, verdict) =>
    expect(judgeOrigin({ origin, host, publicUrl })).toBe(verdict),
  );

  it('works without a public URL', () => {
    expect(judgeOrigin({ origin: 'https://a.example', host: 'b.example', publicUrl: undefined })).toBe('foreign');
  });
});

describe('isFromThisMachine', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['127.0.0.1', { host: '127.0.0.1:3000' }, true],
    ['127.8.9.1', { host: 'localhost:3000' }, true],
    ['::1', { host: '[::1]:3000' }, true],
    ['::ffff:127.0.0.1', { host: 'localhost' }, true],
    ['192.168.1.5', { host: '127.0.0.1:3000' }, false],
    ['127.0.0.1', { host: 'patchbay.example' }, false],
    ['127.0.0.1', {}, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '203.0.113.7' }, false],
    ['127.0.0.1', { host: 'localhost', forwarded: 'for=203.0.113.7' }, false],
    ['', { host: 'localhost' }, false],
  ])('%s with %j: %s', (address, headers, expected) =>
    expect(isFromThisMachine({ address, headers, publicUrl: undefined })).toBe(expected),
  );

  it.each([
    ['http://127.0.0.1:3000', true],
    ['http://localhost:3000', true],
    ['https://hub.example', false],
    // A proxy without configuration replaces the host, and adds no header.
    ['http://10.0.0.5:3000', false],
  ])('if the public URL is %s: %s', (publicUrl, expected) => {
    const facts = { address: '127.0.0.1', headers: { host: 'localhost:3000' }, publicUrl };
    expect(isFromThisMachine(facts)).toBe(expected);
  });
});
