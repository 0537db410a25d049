import { describe, expect, it } from '@jest/globals';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { brandRecord, configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { compiledBrand } from '../testing/loaded-store.js';
import type { CompiledBrand } from './compiled-brand.js';

/** Map of adapters that counts how often an adapter is looked up. */
class CountedAdapters extends Map<string, SourceAdapter> {
  lookups = 0;

  override get(name: string): SourceAdapter | undefined {
    this.lookups += 1;
    return super.get(name);
  }
}

describe('a source of files', () => {
  it('stores hashes of customer ids from a column of personal data, if the brand is pii-less', () => {
    const idOf = (column: string): string | undefined => {
      const event = { type: 'orderPlaced', customerId: `{{ row["${column}"] }}` };
      const records = configurationRecords({
        brands: [brandRecord({ mode: 'pii-less' })],
        sources: [{ ...sourceRecord(), files: { format: 'csv', event } }],
      });
      const adapter = { ...simpleAdapter, personalPaths: () => ({ personal: ['data.**.mobile_number'], safe: [] }) };
      const source = compiledBrand(records, new Map([['simple', adapter]])).openSource('in');
      const normalised = { type: 'orderPlaced', eventId: '1', organisation: null, occurredAt: null };
      const stored = source?.privacy.protect({ ...normalised, customerIds: ['4711'], attributes: {}, data: {} });
      return stored?.event.customerIds[0];
    };
    expect(idOf('member')).toBe('4711');
    expect(idOf('Mobile Number')).not.toBe('4711');
    expect(idOf('Mobile Number')).toBe(idOf('mobile_number'));
  });
});

describe('a source that was deleted', () => {
  const deleted = { ...sourceRecord({}), id: 'source-0', disabled: true };
  const compiled = (deletedSources = [deleted]): CompiledBrand =>
    compiledBrand(configurationRecords({ deletedSources }), new Map([['simple', simpleAdapter]]));

  it('is found by its id, for events received before the deletion', () => {
    const source = compiled().source('source-0');
    expect(source).toMatchObject({ record: { id: 'source-0' }, brand: { name: 'acme' }, adapter: { name: 'simple' } });
  });

  it('has no ingest endpoint, so that a new source can use its name', () => {
    expect(compiled().openSource('in')?.record.id).toBe('source-1');
    const alone = { ...deleted, name: 'old' };
    expect(compiled([alone]).openSource('old')).toBeUndefined();
    expect(compiled([{ ...alone, disabled: false }]).openSource('old')).toBeUndefined();
  });

  it('is not used as the operational source', () => {
    const configuration = compiled([{ ...deleted, managedBy: 'hub' }]);
    expect(configuration.operationalSource).toBeUndefined();
    expect(configuration.source('source-0')).toBeDefined();
    expect(configuration.operationalSource).toBeUndefined();
  });

  it('is compiled only when it is looked up', () => {
    const adapters = new CountedAdapters([['simple', simpleAdapter]]);
    const deletedSources = Array.from({ length: 10_000 }, (_, index) => ({ ...deleted, id: `deleted-${index}` }));
    const configuration = compiledBrand(configurationRecords({ deletedSources }), adapters);
    expect(adapters.lookups).toBe(1);
    const found = configuration.source('deleted-7');
    expect(found?.record.id).toBe('deleted-7');
    expect(configuration.source('deleted-7')).toBe(found);
    expect(adapters.lookups).toBe(2);
  });
});
