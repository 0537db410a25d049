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

describe('callback URLs', () => {
  it('change with the version, and name the delivery where there is one', () => {
    expect(new Set([1, 2, 3].map((version) => tokenOf(at(version)))).size).toBe(3);
    expect(urls.ofDelivery(at(2), 'x')).toBe(`${urls.ofDestination(at(2)) ?? ''}?delivery=x`);
    expect(new CallbackUrls(vault, undefined).ofDestination(at(1))).toBeUndefined();
  });

  it.each([
    ['the present version', 2, at(2), 'valid'],
    ['the version before, within its overlap', 1, at(2, DAY_MS), 'valid'],
    ['the version before, after its overlap', 1, at(2, 999), 'wrong'],
    ['the version before, where it was never rotated', 1, at(2), 'wrong'],
    ['an older version, within the overlap of another', 1, at(3, DAY_MS), 'wrong'],
    ['a version that is not known yet', 3, at(2), 'stale'],
    ['a destination that is not known yet', 1, undefined, 'stale'],
    ['a version far ahead', 4, at(2), 'wrong'],
  ])('judge a token of %s', (_name, version, known, verdict) => {
    expect(urls.verifyToken('d1', tokenOf(at(version)), known, 1_000)).toBe(verdict);
  });

  it.each(['', 'x', `${tokenOf(at(1))}0`])('judge anything else as wrong: %s', (token) => {
    expect(urls.verifyToken('d1', token, at(1), 1_000)).toBe('wrong');
  });
});
