import { describe, expect, it } from '@jest/globals';
import { TokenCache } from './token-cache.js';

function cache() {
  let now = 1_000_000;
  let fetched = 0;
  const tokens = new TokenCache(() => now);
  const get = (expiresInMs: number, key = 'k') =>
    tokens.get(key, () => Promise.resolve({ value: `t${++fetched}`, expiresInMs }));
  return { tokens, get, pass: (ms: number) => (now += ms) };
}

describe('TokenCache', () => {
  it('keeps a token until shortly before it expires', async () => {
    const { get, pass } = cache();
    expect((await get(3_600_000)).value).toBe('t1');
    pass(3_539_999);
    expect((await get(3_600_000)).value).toBe('t1');
    pass(1);
    expect((await get(3_600_000)).value).toBe('t2');
  });

  it('keeps a short-lived token for nine tenths of its lifetime, and does not cache an expired token', async () => {
    const { get, pass } = cache();
    await get(10_000);
    pass(8_999);
    expect((await get(10_000)).value).toBe('t1');
    pass(1);
    expect((await get(0)).value).toBe('t2');
    expect((await get(Number.NaN)).value).toBe('t3');
    expect((await get(-5)).value).toBe('t4');
  });

  it('fetches once for concurrent callers', async () => {
    const { get } = cache();
    const all = await Promise.all([get(60_000), get(60_000), get(60_000), get(60_000, 'other')]);
    expect(all.map((token) => token.value)).toEqual(['t1', 't1', 't1', 't2']);
  });

  it('drops only the refused token, not a newer token', async () => {
    const { get } = cache();
    const refused = await get(60_000);
    refused.drop();
    const fresh = await get(60_000);
    refused.drop();
    expect([fresh.value, (await get(60_000)).value]).toEqual(['t2', 't2']);
  });

  it('does not cache a failure', async () => {
    const { tokens, get } = cache();
    await expect(tokens.get('k', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect((await get(60_000)).value).toBe('t1');
  });

  it('keeps a limited number of tokens', async () => {
    const { get } = cache();
    for (let i = 0; i <= 10_000; i++) await get(60_000, `k${i}`);
    expect((await get(60_000, 'k10000')).value).toBe('t10001');
    expect((await get(60_000, 'k0')).value).toBe('t10002');
  });
});
