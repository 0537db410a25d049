import { describe, expect, it } from '@jest/globals';
import { namesOtherHost } from './other-hosts.js';

const EU = { url: 'https://eu.vendor.test/in', list: ['a'] };

describe('namesOtherHost', () => {
  it.each([
    ['the same values', EU, false],
    ['another path on the same host', { url: 'https://eu.vendor.test/other' }, false],
    ['fewer addresses', {}, false],
    ['another host', { url: 'https://us.vendor.test/in' }, true],
    ['another port', { url: 'https://eu.vendor.test:444/in' }, true],
    ['another scheme', { url: 'http://eu.vendor.test/in' }, true],
    ['an additional host in a nested value', { ...EU, more: [{ to: 'HTTPS://us.vendor.test' }] }, true],
    ['a text that is not a URL', { ...EU, from: 'https:', name: 'us.vendor.test' }, false],
  ])('decides on %s', (_name, after, expected) => {
    expect(namesOtherHost([EU], [after])).toBe(expected);
  });
});
