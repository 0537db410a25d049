import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from './live-configuration.js';

function storeAt(first: number) {
  const store = {
    newest: first,
    checks: 0,
    /** Arguments of the loads. */
    loads: [] as (number | undefined)[],
    checkBlocked: Promise.resolve(),
    async revision() {
      const seen = store.newest;
      store.checks += 1;
      await store.checkBlocked;
      return seen;
    },
    load(after?: number) {
      store.loads.push(after);
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
    expect(store.loads).toEqual([undefined]);
    store.newest = 2;
    await live.refresh();
    expect(live.current.revision).toBe(2);
  });

  it('loads only the brands that changed since the last load', async () => {
    const store = storeAt(3);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    store.newest = 7;
    await live.refresh();
    expect(store.loads).toEqual([undefined, 3]);
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

  it('checks for any number of strangers at once, and includes what was applied before the call', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    const strangers = (count: number) => Promise.all(Array.from({ length: count }, () => live.refreshForStranger()));
    await strangers(1_000);
    store.newest = 2;
    await strangers(1_000);
    expect(live.current.revision).toBe(2);
    expect(store.checks).toBeLessThanOrEqual(5);
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
