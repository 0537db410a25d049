import { describe, expect, it } from '@jest/globals';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { CompiledConfiguration, LiveConfiguration } from './compiled-configuration.js';

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

function storeAt(first: number) {
  const store = {
    newest: first,
    checks: 0,
    loads: 0,
    checkBlocked: Promise.resolve(),
    async revision() {
      const seen = store.newest;
      store.checks += 1;
      await store.checkBlocked;
      return seen;
    },
    load() {
      store.loads += 1;
      return Promise.resolve({ revision: store.newest, brands: [], sources: [], destinations: [], subscriptions: [] });
    },
  };
  return store;
}

describe('LiveConfiguration', () => {
  it('throws before the first load', () => {
    expect(() => new LiveConfiguration(storeAt(1), new Map()).current).toThrow('before it was loaded');
  });

  it('loads only a newer revision', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    await live.refresh();
    expect(store.loads).toBe(1);
    store.newest = 2;
    await live.refresh();
    expect(live.current.revision).toBe(2);
  });

  it('does not share a check that began before the call', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    let unblock: () => void = () => undefined;
    store.checkBlocked = new Promise((resolve) => (unblock = resolve));
    const early = live.refresh();
    store.newest = 2;
    const late = Promise.all([live.refresh(), live.refresh(), live.refresh()]);
    unblock();
    await early;
    expect(live.current.revision).toBe(1);
    await late;
    expect(live.current.revision).toBe(2);
    expect(store.checks).toBe(3);
  });

  it('checks again after a failed check', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    store.checkBlocked = Promise.reject(new Error('away'));
    const failed = live.refresh();
    const after = live.refresh();
    await expect(failed).rejects.toThrow('away');
    await expect(after).rejects.toThrow('away');
    store.checkBlocked = Promise.resolve();
    await live.refresh();
    expect(live.current.revision).toBe(1);
  });
});
