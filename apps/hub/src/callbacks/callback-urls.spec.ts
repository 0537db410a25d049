import { describe, expect, it } from '@jest/globals';
import { CallbackUrls, type CallbackDestination } from './callback-urls.js';

const DAY_MS = 86_400_000;
const vault = {
  keyedHash: (purpose: string, value: string): string => Buffer.from(`${value}|${purpose}`).toString('hex'),
};
const urls = new CallbackUrls(vault, 'https://hub.example.com');
const at = (version: number, previousUntil: number | null = null): CallbackDestination => ({
  id: 'd1',
  callback: { version, previousUntil },
});
const tokenOf = (destination: CallbackDestination): string => urls.ofDestination(destination)?.split('/').at(-1) ?? '';

describe('CallbackUrls', () => {
  it('changes the URL with the version, and adds the delivery if there is one', () => {
    expect(new Set([1, 2, 3].map((version) => tokenOf(at(version)))).size).toBe(3);
    expect(urls.ofDelivery(at(2), 'x')).toBe(`${urls.ofDestination(at(2)) ?? ''}?delivery=x`);
    expect(new CallbackUrls(vault, undefined).ofDestination(at(1))).toBeUndefined();
  });

  it.each([
    ['the current version', 2, at(2), 'valid'],
    ['the previous version, within its overlap', 1, at(2, DAY_MS), 'valid'],
    ['the previous version, after its overlap', 1, at(2, 999), 'wrong'],
    ['the previous version, without a rotation', 1, at(2), 'wrong'],
    ['an older version, within the overlap of the previous one', 1, at(3, DAY_MS), 'wrong'],
    ['a version that is not in memory yet', 3, at(2), 'stale'],
    ['a destination that is not in memory yet', 1, undefined, 'stale'],
    ['a version far ahead', 4, at(2), 'wrong'],
  ])('verifies a token of %s', (_name, version, known, verdict) => {
    expect(urls.verifyToken('d1', tokenOf(at(version)), known, 1_000)).toBe(verdict);
  });

  it.each(['', 'x', `${tokenOf(at(1))}0`])('rejects any other token: %s', (token) => {
    expect(urls.verifyToken('d1', token, at(1), 1_000)).toBe('wrong');
  });
});
