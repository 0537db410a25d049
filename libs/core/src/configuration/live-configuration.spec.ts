import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from './live-configuration.js';

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
    expect(() => new LiveConfiguration(storeAt(1), new Map()).current).toThrow('not been loaded');
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
