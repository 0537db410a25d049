import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { CompiledConfiguration } from './compiled-configuration.js';
import type { BrandRecord } from './configuration-snapshot.js';

/** Map of adapters that counts how often an adapter is looked up. */
class CountedAdapters extends Map<string, SourceAdapter> {
  lookups = 0;

  override get(name: string): SourceAdapter | undefined {
    this.lookups += 1;
    return super.get(name);
  }
}

describe('a source that was deleted', () => {
  const deleted = { ...sourceRecord({}), id: 'source-0', disabled: true };
  const compiled = (deletedSources = [deleted]): CompiledConfiguration =>
    new CompiledConfiguration(configurationRecords({ deletedSources }), new Map([['simple', simpleAdapter]]));

  it('is found by its id, for events received before the deletion', () => {
    const source = compiled().source('source-0');
    expect(source).toMatchObject({ record: { id: 'source-0' }, brand: { name: 'acme' }, adapter: { name: 'simple' } });
  });

  it('has no ingest endpoint, so that a new source can use its name', () => {
    expect(compiled().openSource('acme', 'in')?.record.id).toBe('source-1');
    const alone = { ...deleted, name: 'old' };
    expect(compiled([alone]).openSource('acme', 'old')).toBeUndefined();
    expect(compiled([{ ...alone, disabled: false }]).openSource('acme', 'old')).toBeUndefined();
  });

  it('is not used as the operational source', () => {
    const configuration = compiled([{ ...deleted, managedBy: 'hub' }]);
    expect(configuration.operationalSource('brand-1')).toBeUndefined();
    expect(configuration.source('source-0')).toBeDefined();
    expect(configuration.operationalSource('brand-1')).toBeUndefined();
  });

  it('is not found if its brand was deleted, because the key of the brand is needed to open events', () => {
    expect(compiled([{ ...deleted, brandId: 'brand-0' }]).source('source-0')).toBeUndefined();
  });

  it('is compiled only when it is looked up', () => {
    const adapters = new CountedAdapters([['simple', simpleAdapter]]);
    const deletedSources = Array.from({ length: 10_000 }, (_, index) => ({ ...deleted, id: `deleted-${index}` }));
    const configuration = new CompiledConfiguration(configurationRecords({ deletedSources }), adapters);
    expect(adapters.lookups).toBe(1);
    const found = configuration.source('deleted-7');
    expect(found?.record.id).toBe('deleted-7');
    expect(configuration.source('deleted-7')).toBe(found);
    expect(adapters.lookups).toBe(2);
  });
});

describe('a change of one brand', () => {
  const adapters = new Map([['simple', simpleAdapter]]);
  const named = (id: string, also: Partial<BrandRecord> = {}): BrandRecord => ({
    ...brandRecord(),
    id,
    name: id,
    ...also,
  });
  const objects = (id: string) => ({
    sources: [{ ...sourceRecord(), id: `${id}-in`, brandId: id }],
    destinations: [destinationRecord({ id: `${id}-out`, brandId: id })],
    subscriptions: [subscriptionRecord({ brandId: id, sourceId: `${id}-in`, destinationId: `${id}-out` })],
  });
  const both = {
    ...{ revision: 2, brands: [named('b', { revision: 2 }), named('a')] },
    sources: [...objects('a').sources, ...objects('b').sources],
    destinations: [...objects('a').destinations, ...objects('b').destinations],
    subscriptions: [...objects('a').subscriptions, ...objects('b').subscriptions],
  };
  const compiled = new CompiledConfiguration(both, adapters);
  const event: EventEnvelope = {
    ...{ id: 'e-1', type: 'pointsIssued', brand: 'a', source: 'in', customerId: null, data: {} },
    ...{ occurredAt: '2026-12-01T00:00:00.000Z', receivedAt: '2026-12-01T00:00:00.000Z' },
  };
  const view = { name: 'a', timezone: 'UTC' };

  it('keeps the other brands as they are, and does not change the former configuration', () => {
    const changed = compiled.with({
      ...{ revision: 3, brands: [named('a', { revision: 3, timezone: 'Asia/Tokyo' })] },
      ...{
        sources: [{ ...sourceRecord(), id: 'a-new', brandId: 'a', name: 'new' }],
        destinations: [],
        subscriptions: [],
      },
    });
    expect(changed.revision).toBe(3);
    expect(changed.brands.get('a')).toMatchObject({ revision: 3, timezone: 'Asia/Tokyo' });
    expect([changed.source('a-in'), changed.openSource('a', 'in'), changed.destinations.get('a-out')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(changed.openSource('a', 'new')?.record.id).toBe('a-new');
    expect(changed.routing.match('a-in', event, view).matched).toEqual([]);
    expect(changed.openSource('b', 'in')).toBe(compiled.openSource('b', 'in'));
    expect(changed.routing.match('b-in', event, view).matched).toHaveLength(1);
    expect(compiled.openSource('a', 'in')?.brand.timezone).toBe('UTC');
    expect(compiled.routing.match('a-in', event, view).matched).toHaveLength(1);
  });

  it('removes a deleted brand, also if a new brand has its name', () => {
    const none = { sources: [], destinations: [], subscriptions: [] };
    const gone = compiled.with({ revision: 3, deletedBrands: ['a'], brands: [], ...none });
    expect([gone.brands.has('a'), gone.destinations.has('a-out'), gone.source('a-in')]).toEqual([
      false,
      false,
      undefined,
    ]);
    expect(gone.openSource('b', 'in')?.record.id).toBe('b-in');
    const { sources, destinations, subscriptions } = objects('c');
    const again = compiled.with({
      ...{ revision: 4, deletedBrands: ['a'], brands: [named('c', { name: 'a', revision: 4 })] },
      ...{ sources, destinations, subscriptions },
    });
    expect(again.openSource('a', 'in')?.record.id).toBe('c-in');
  });

  it('lists the records of all brands by name', () => {
    const changed = compiled.with({
      ...{ revision: 3, brands: [named('0', { revision: 3 })] },
      ...objects('0'),
    });
    expect(changed.records.brands.map(({ name }) => name)).toEqual(['0', 'a', 'b']);
    expect(changed.records.destinations.map(({ id }) => id)).toEqual(['0-out', 'a-out', 'b-out']);
  });
});
