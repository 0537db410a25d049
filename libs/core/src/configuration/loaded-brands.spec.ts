import { describe, expect, it } from '@jest/globals';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
} from '../testing/configuration-builder.js';
import { estimatedBytes } from './brand-size.js';
import { CompiledBrand } from './compiled-brand.js';
import { LoadedBrands } from './loaded-brands.js';

function compiled(id: string, revision = 1, settings = {}): CompiledBrand {
  const { sources, subscriptions } = configurationRecords();
  const destinations = [destinationRecord({ id: `${id}-out`, brandId: id, settings })];
  const records = { brand: { ...brandRecord(), id, name: id, revision }, deletedSources: [] };
  const ofBrand = subscriptions.map((one) => ({ ...one, brandId: id, subscriptionId: `${id}-all` }));
  return new CompiledBrand(
    {
      ...records,
      sources: sources.map((source) => ({ ...source, brandId: id })),
      destinations,
      subscriptions: ofBrand,
    },
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
}

const SIZE = estimatedBytes(compiled('a').records);

/** Returns the ids of the brands in memory, of `a` to `d`. */
function inMemory(brands: LoadedBrands): string {
  return ['a', 'b', 'c', 'd'].filter((id) => brands.revisionOf(id) !== undefined).join('');
}

describe('LoadedBrands', () => {
  it('drops the brand that was not used for the longest time', () => {
    const brands = new LoadedBrands(3 * SIZE);
    for (const id of ['a', 'b', 'c']) brands.put(compiled(id));
    brands.get('a');
    brands.put(compiled('d'));
    expect([inMemory(brands), brands.size, brands.bytes]).toEqual(['acd', 3, 3 * SIZE]);
    brands.ofQueue('c-out');
    brands.put(compiled('b'));
    expect(inMemory(brands)).toBe('bcd');
    expect(brands.ofQueue('a-out')).toBeUndefined();
  });

  it('keeps held brands, even above the bound, and drops them after their last release', () => {
    const brands = new LoadedBrands(SIZE);
    brands.put(compiled('a'));
    const [first, second] = [brands.hold('a'), brands.hold('a')];
    brands.put(compiled('b'));
    brands.put(compiled('c'));
    expect(inMemory(brands)).toBe('ac');
    first();
    brands.put(compiled('d'));
    expect(inMemory(brands)).toBe('ad');
    second();
    brands.put(compiled('b'));
    expect(inMemory(brands)).toBe('b');
  });

  it('keeps a brand that is larger than the bound until another brand is loaded', () => {
    const brands = new LoadedBrands(1);
    brands.put(compiled('a'));
    expect(inMemory(brands)).toBe('a');
    brands.put(compiled('b'));
    expect(inMemory(brands)).toBe('b');
  });

  it('replaces the former revision of a brand, with its queues', () => {
    const brands = new LoadedBrands(10 * SIZE);
    brands.put(compiled('a'));
    const { brand, sources } = compiled('a').records;
    const [, ...none] = compiled('a').records.destinations;
    const newer = {
      brand: { ...brand, revision: 2 },
      sources,
      deletedSources: [],
      destinations: none,
      subscriptions: [],
    };
    brands.put(new CompiledBrand(newer, new Map()));
    expect([brands.revisionOf('a'), brands.size, brands.ofQueue('a-out')]).toEqual([2, 1, undefined]);
    brands.delete('a');
    expect([brands.size, brands.bytes]).toEqual([0, 0]);
  });

  it('finds a brand by its destinations and subscriptions', () => {
    const brands = new LoadedBrands(10 * SIZE);
    brands.put(compiled('a'));
    expect(brands.ofQueue('a-out')?.id).toBe('a');
    expect(brands.ofQueue('a-all')?.id).toBe('a');
    expect(brands.ofQueue('a')).toBeUndefined();
  });
});

describe('estimatedBytes', () => {
  it('grows with the length of the values', () => {
    const large = compiled('a', 1, { template: 'x'.repeat(50_000) });
    expect(estimatedBytes(large.records) - SIZE).toBeGreaterThanOrEqual(100_000);
  });
});
