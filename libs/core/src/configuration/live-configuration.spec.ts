import { describe, expect, it } from '@jest/globals';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { loadedStore } from '../testing/loaded-store.js';
import type { ConfigurationRecords } from './configuration-snapshot.js';
import type { ConfigurationNotice } from './configuration-notice.js';
import { LiveConfiguration } from './live-configuration.js';
import { VaultError } from '../vault.port.js';

const NOTHING: ConfigurationRecords = { revision: 1, brands: [], sources: [], destinations: [], subscriptions: [] };

/** Returns the records of brands with a source, a destination and a subscription each. */
function brandsOf(revisions: Readonly<Record<string, number>>): ConfigurationRecords {
  const ids = Object.keys(revisions);
  return configurationRecords({
    revision: Math.max(0, ...Object.values(revisions)),
    brands: ids.map((id) => ({ ...brandRecord(), id, name: `name-${id}`, revision: revisions[id] ?? 0 })),
    sources: ids.map((id) => ({ ...sourceRecord(), id: `${id}-in`, brandId: id })),
    destinations: ids.map((id) => destinationRecord({ id: `${id}-out`, brandId: id })),
    subscriptions: ids.map((id) => subscriptionRecord({ subscriptionId: `${id}-all`, brandId: id })),
  });
}

/** Store whose records a test changes, and that counts its calls. */
function storeAt(records: ConfigurationRecords) {
  const world = {
    records,
    checks: 0,
    /** Revisions after which the directory was read. */
    directories: [] as (number | undefined)[],
    /** Brands of each load. */
    loads: [] as string[][],
    beforeCheck: Promise.resolve(),
    /** Called with the records of a load, which it delays. */
    beforeLoad: () => Promise.resolve(),
  };
  const store = loadedStore(() => world.records);
  const live = new LiveConfiguration(
    {
      revision: async () => {
        const seen = await store.revision();
        world.checks += 1;
        await world.beforeCheck;
        return seen;
      },
      directory: (after) => {
        world.directories.push(after);
        return store.directory(after);
      },
      load: async (ids) => {
        world.loads.push([...(ids ?? [])]);
        const loaded = await store.load(ids);
        await world.beforeLoad();
        return loaded;
      },
      brandsOfQueues: store.brandsOfQueues,
    },
    new Map([[simpleAdapter.name, simpleAdapter]]),
    MAX_BYTES,
  );
  return { world, live };
}

/** Room for three brands of {@link brandsOf}. */
const MAX_BYTES = 30_000;

/** Promise that a test resolves. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('the directory of LiveConfiguration', () => {
  it('throws before the first refresh', () => {
    expect(() => storeAt(NOTHING).live.revision).toThrow('before it was loaded');
  });

  it('contains all brands by name, without loading them', async () => {
    const { live, world } = storeAt(brandsOf({ b: 1, a: 2 }));
    await live.refresh();
    expect(live.directory.map(({ name }) => name)).toEqual(['name-a', 'name-b']);
    expect([live.entryNamed('name-a')?.revision, live.entry('b')?.name, live.revision]).toEqual([2, 'name-b', 2]);
    expect([world.loads, live.usage.brands]).toEqual([[], 0]);
  });

  it('is read again only for a newer revision, and only the changed brands', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 3 }));
    await live.refresh();
    await live.refresh();
    world.records = brandsOf({ a: 7, b: 3 });
    await live.refresh();
    expect([world.directories, live.revision, live.entry('a')?.revision]).toEqual([[undefined, 3], 7, 7]);
  });

  it('keeps a new brand that has the name of a deleted brand', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    await live.brand('a');
    const { brands, ...others } = brandsOf({ c: 2 });
    world.records = { ...others, brands: brands.map((brand) => ({ ...brand, name: 'name-a' })) };
    await live.refresh();
    expect([live.entryNamed('name-a')?.id, live.brandIfLoaded('a'), await live.brand('a')]).toEqual([
      'c',
      undefined,
      null,
    ]);
  });

  it('does not share a check that began before the call', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    const { opened, open } = gate();
    world.beforeCheck = opened;
    const early = live.refresh();
    await Promise.resolve();
    await Promise.resolve();
    world.records = brandsOf({ a: 2 });
    const late = Promise.all([live.refresh(), live.refresh(), live.refresh()]);
    open();
    await early;
    expect(live.revision).toBe(1);
    await late;
    expect([live.revision, world.checks]).toEqual([2, 3]);
  });

  it('is checked for any number of strangers at once, and includes what was applied before the call', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    const strangers = (count: number) => Promise.all(Array.from({ length: count }, () => live.refreshForStranger()));
    await strangers(1_000);
    world.records = brandsOf({ a: 2 });
    await strangers(1_000);
    expect(live.revision).toBe(2);
    expect(world.checks).toBeLessThanOrEqual(5);
  });

  it('is checked again after a failed check', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    world.beforeCheck = Promise.reject(new Error('away'));
    const failed = live.refresh();
    const after = live.refresh();
    await expect(failed).rejects.toThrow('away');
    await expect(after).rejects.toThrow('away');
    world.beforeCheck = Promise.resolve();
    await live.refresh();
    expect(live.revision).toBe(1);
  });
});

describe('a notice of a change', () => {
  async function noticed(notice: ConfigurationNotice | null, changed: ConfigurationRecords) {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 2 }));
    await live.refresh();
    await live.brand('a');
    Object.assign(world, { records: changed, checks: 0, directories: [], loads: [] });
    await live.refreshAfter(notice);
    const { checks, directories, loads } = world;
    return { revisions: ['a', 'b', 'c'].map((id) => live.entry(id)?.revision), checks, directories, loads, live };
  }

  it('loads the named brand if it is in memory, and reads nothing else', async () => {
    const own = await noticed({ revision: 3, brandIds: ['a'] }, brandsOf({ a: 3, b: 2 }));
    expect(own).toMatchObject({ revisions: [3, 2, undefined], checks: 0, directories: [], loads: [['a']] });
    expect([own.live.brandIfLoaded('a')?.revision, own.live.revision]).toEqual([3, 3]);
    const other = await noticed({ revision: 3, brandIds: ['b'] }, brandsOf({ a: 1, b: 3 }));
    expect(other).toMatchObject({ revisions: [1, 3, undefined], checks: 0, directories: [], loads: [] });
    expect((await other.live.brand('b'))?.revision).toBe(3);
  });

  it.each<[string, ConfigurationNotice | null, ConfigurationRecords, (number | undefined)[]]>([
    ['an earlier notice is missing', { revision: 4, brandIds: ['b'] }, brandsOf({ a: 3, b: 4 }), [3, 4, undefined]],
    ['it names a new brand', { revision: 3, brandIds: ['c'] }, brandsOf({ a: 1, b: 2, c: 3 }), [1, 2, 3]],
    ['it names no brands', { revision: 3 }, brandsOf({ a: 3 }), [3, undefined, undefined]],
    ['notices may be lost', null, brandsOf({ a: 3, b: 2 }), [3, 2, undefined]],
  ])('reads the directory if %s', async (_case, notice, changed, revisions) => {
    expect(await noticed(notice, changed)).toMatchObject({ revisions, checks: 1, directories: [2] });
  });

  it('reads nothing if the change is known', async () => {
    const known = await noticed({ revision: 2, brandIds: ['b'] }, brandsOf({ a: 1, b: 2 }));
    expect(known).toMatchObject({ checks: 0, directories: [], loads: [] });
  });

  it('is repeated by the next refresh if its load fails', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    await live.brand('a');
    world.records = brandsOf({ a: 2 });
    world.beforeLoad = () => Promise.reject(new Error('away'));
    await expect(live.refreshAfter({ revision: 2, brandIds: ['a'] })).rejects.toThrow('away');
    world.beforeLoad = () => Promise.resolve();
    await live.refresh();
    expect([live.revision, live.brandIfLoaded('a')?.revision]).toEqual([2, 2]);
  });
});

describe('a brand of LiveConfiguration', () => {
  it('is loaded once when it is needed, together with other brands that are needed', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 1, c: 1 }));
    await live.refresh();
    const [first, second, other] = await Promise.all([live.brand('a'), live.brandNamed('name-a'), live.brand('b')]);
    expect([first?.brand.name, second, other?.id]).toEqual(['name-a', first, 'b']);
    expect(await live.brand('a')).toBe(first);
    expect(world.loads).toEqual([['a', 'b']]);
  });

  it('is found by its queues, before and after it is loaded', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 1 }));
    await live.refresh();
    expect(live.brandOfQueueIfLoaded('a-out')).toBeUndefined();
    expect((await live.brandOfQueue('a-out'))?.id).toBe('a');
    expect([live.brandOfQueueIfLoaded('a-all')?.id, (await live.brandOfQueue('a-all'))?.id]).toEqual(['a', 'a']);
    expect([await live.brandOfQueue('x'), world.loads]).toEqual([null, [['a']]]);
  });

  it('is loaded again by a refresh only if it changed and is in memory', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 1, c: 1 }));
    await live.refresh();
    const former = await live.brand('a');
    const other = await live.brand('b');
    world.records = brandsOf({ a: 2, b: 1, c: 3 });
    await live.refresh();
    expect([live.brandIfLoaded('a')?.revision, former?.revision, live.brandIfLoaded('b')]).toEqual([2, 1, other]);
    expect(world.loads).toEqual([['a'], ['b'], ['a']]);
    expect(live.brandIfLoaded('c')).toBeUndefined();
  });

  it('is loaded again if it changed during its load', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    const [loading, change] = [gate(), gate()];
    world.beforeLoad = () => {
      loading.open();
      return change.opened;
    };
    const found = live.brand('a');
    await loading.opened;
    world.beforeLoad = () => Promise.resolve();
    world.records = brandsOf({ a: 2 });
    await live.refresh();
    change.open();
    expect((await found)?.revision).toBe(2);
    expect(live.brandIfLoaded('a')?.revision).toBe(2);
  });

  it('is at least as new as the destination that was asked for', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    await live.brand('a');
    const { destinations, ...others } = brandsOf({ a: 2 });
    world.records = { ...others, destinations: [...destinations, destinationRecord({ id: 'new', brandId: 'a' })] };
    expect((await live.brandOfQueue('new'))?.destinations.has('new')).toBe(true);
  });

  it('is found if it is newer than the directory', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    world.records = brandsOf({ a: 1, b: 2 });
    expect((await live.brand('b'))?.id).toBe('b');
    expect(await live.brand('c')).toBeNull();
  });

  it('is never taken for a brand that does not exist if it cannot be loaded', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    world.beforeLoad = () => Promise.reject(new Error('away'));
    for (const found of [
      () => live.brand('a'),
      () => live.brandNamed('name-a'),
      () => live.holdBrandOfQueue('a-out'),
    ]) {
      await expect(found()).rejects.toThrow('away');
    }
    world.beforeLoad = () => Promise.resolve();
    expect((await live.brand('a'))?.id).toBe('a');
  });

  it('does not prevent the load of other brands if its values cannot be opened', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1, b: 1, c: 1 }));
    await live.refresh();
    await live.brand('a');
    world.beforeLoad = () =>
      world.loads.at(-1)?.includes('a') === true ? Promise.reject(new VaultError('wrong key')) : Promise.resolve();
    world.records = brandsOf({ a: 2, b: 1, c: 1 });
    await live.refresh();
    const found = await Promise.allSettled([live.brand('a'), live.brand('b'), live.brand('c')]);
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect([live.revision, live.entry('a')?.revision]).toEqual([2, 2]);
  });

  it('stays outdated until a failed refresh is repeated', async () => {
    const { live, world } = storeAt(brandsOf({ a: 1 }));
    await live.refresh();
    await live.brand('a');
    world.records = brandsOf({ a: 2 });
    world.beforeLoad = () => Promise.reject(new Error('away'));
    await expect(live.refresh()).rejects.toThrow('away');
    expect([live.revision, live.brandIfLoaded('a')?.revision]).toEqual([1, 1]);
    world.beforeLoad = () => Promise.resolve();
    await live.refresh();
    expect([live.revision, live.brandIfLoaded('a')?.revision]).toEqual([2, 2]);
  });

  it('is dropped from memory for other brands, loaded again when it is needed, and kept while it is held', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const { live, world } = storeAt(brandsOf(Object.fromEntries(ids.map((id) => [id, 1]))));
    await live.refresh();
    const release = await live.holdBrandOfQueue('b0-out');
    for (const id of ids) expect((await live.brand(id))?.id).toBe(id);
    expect(live.usage.brands).toBeLessThan(ids.length);
    expect(live.usage.bytes).toBeLessThanOrEqual(MAX_BYTES);
    expect([live.brandIfLoaded('b0')?.id, live.brandIfLoaded('b1')]).toEqual(['b0', undefined]);
    release();
    for (const id of ids.slice(1)) await live.brand(id);
    expect(() => live.heldBrand('b0')).toThrow('without being loaded');
    expect((await live.brand('b0'))?.id).toBe('b0');
    expect(world.loads.filter(([id]) => id === 'b0')).toHaveLength(2);
  });

  it('is returned to everybody who needs many more brands at once than memory has room for', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `b${index}`);
    const { live } = storeAt(brandsOf(Object.fromEntries(ids.map((id) => [id, 1]))));
    await live.refresh();
    await live.brand('b0');
    const found = await Promise.all([...ids, ...ids].map((id) => live.brand(id)));
    expect(found.map((brand) => brand?.id)).toEqual([...ids, ...ids]);
  });
});
