import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ResponseCache } from './response-cache.js';
import { BrandClients } from './brand-clients.js';
import { SharedLookups } from './shared-lookups.js';

function testCache(also: Partial<ConstructorParameters<typeof ResponseCache>[0]> = {}) {
  const clock = { now: 0 };
  const cache = new ResponseCache<string>({
    ttlMs: 1_000,
    maxEntries: 3,
    maxCharacters: 1_600,
    now: () => clock.now,
    ...also,
  });
  return { cache, clock };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('SharedLookups', () => {
  it('look up again what was forgotten, and do not cache the answer of a lookup that began before', async () => {
    const { cache } = testCache();
    const lookups = new SharedLookups(cache);
    let answerFirst: (answer: string) => void = () => undefined;
    const first = lookups.find('a', () => new Promise((resolve) => (answerFirst = resolve)));
    lookups.forget('a');
    const second = lookups.find('a', () => Promise.resolve('OPTOUT'));
    answerFirst('OPTIN');
    expect([await first, await second]).toEqual(['OPTIN', 'OPTOUT']);
    expect(cache.get('a')).toBe('OPTOUT');
    lookups.forget('a');
    expect(await lookups.find('a', () => Promise.resolve('OPTIN'))).toBe('OPTIN');
  });
});

describe('ResponseCache', () => {
  it('drops an answer when it expires, read or not', () => {
    jest.useFakeTimers();
    const { cache, clock } = testCache();
    cache.set('a', 'A');
    clock.now = 999;
    expect(cache.get('a')).toBe('A');
    clock.now = 1_000;
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);

    cache.set('b', 'B');
    clock.now = 3_000;
    jest.advanceTimersByTime(2_000);
    expect(cache.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps an old answer apart from fresh answers, until it is too old', () => {
    const { cache, clock } = testCache({ staleMs: 500 });
    cache.set('a', 'A');
    clock.now = 1_000;
    expect([cache.get('a'), cache.getOld('a')]).toEqual([undefined, 'A']);
    clock.now = 1_499;
    expect(cache.getOld('a')).toBe('A');
    clock.now = 1_500;
    expect(cache.getOld('a')).toBeUndefined();
  });

  it('is not extended by a read', () => {
    const { cache, clock } = testCache();
    cache.set('a', 'A');
    for (clock.now = 100; clock.now < 1_000; clock.now += 100) cache.get('a');
    expect(cache.get('a')).toBeUndefined();
  });

  it('evicts the least recently used answer', () => {
    const { cache } = testCache();
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    cache.get('a');
    cache.set('d', 'd');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c', 'd']);
  });

  it('is also limited by characters, and refuses an oversized answer', () => {
    const { cache } = testCache({ maxEntries: 1_000 });
    cache.set('giant', 'x'.repeat(200));
    expect(cache.get('giant')).toBeUndefined();
    for (let index = 0; index < 100; index++) cache.set(`k${index}`, 'x'.repeat(80));
    expect(cache.size).toBeLessThanOrEqual(20);
    expect(cache.get('k99')).toBeDefined();
  });

  it('stores nothing if the time to live is 0', () => {
    const { cache } = testCache({ ttlMs: 0 });
    cache.set('a', 'A');
    expect(cache.size).toBe(0);
  });
});

describe('shared lookups', () => {
  it('cache neither failures nor missing results', async () => {
    const lookups = new SharedLookups(testCache().cache);
    const answers = [
      () => Promise.reject(new Error('away')),
      () => Promise.resolve(undefined),
      () => Promise.resolve('A'),
    ];
    let asked = 0;
    const find = () =>
      lookups.find('a', () => answers[asked++]?.() ?? Promise.reject(new Error('looked up too often')));
    await expect(Promise.all([find(), find()])).rejects.toThrow('away');
    expect(await find()).toBeUndefined();
    expect([await find(), await find()]).toEqual(['A', 'A']);
    expect(asked).toBe(3);
  });
});

describe('clients by brand', () => {
  it('are recreated only if the brand’s own settings changed', () => {
    const specs = new Map<string, { readonly url: string }>([['b1', { url: 'a' }]]);
    const clients = new BrandClients(
      (brandId) => specs.get(brandId),
      (spec) => ({ spec }),
    );
    const first = clients.get('b1');
    expect(clients.get('b2')).toBeUndefined();
    specs.set('b1', { url: 'a' });
    expect(clients.get('b1')).toBe(first);
    specs.set('b1', { url: 'b' });
    expect(clients.get('b1')).not.toBe(first);
    specs.delete('b1');
    expect(clients.get('b1')).toBeUndefined();
  });
});
