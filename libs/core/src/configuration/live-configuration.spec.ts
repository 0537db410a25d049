import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from './live-configuration.js';

function storeAt(first: number) {
  const store = {
    newest: first,
    checks: 0,
    loads: 0,
    gate: Promise.resolve(),
    async revision() {
      const seen = store.newest;
      store.checks += 1;
      await store.gate;
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
  it('has nothing to offer before it was loaded', () => {
    expect(() => new LiveConfiguration(storeAt(1), new Map()).current).toThrow('not been loaded');
  });

  it('loads only what is newer', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    await live.refresh();
    expect(store.loads).toBe(1);
    store.newest = 2;
    await live.refresh();
    expect(live.current.revision).toBe(2);
  });

  it('does not rely on a check that began before it was asked', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    await live.refresh();
    let open: () => void = () => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    const early = live.refresh();
    store.newest = 2;
    const late = Promise.all([live.refresh(), live.refresh(), live.refresh()]);
    open();
    await early;
    expect(live.current.revision).toBe(1);
    await late;
    expect(live.current.revision).toBe(2);
    expect(store.checks).toBe(3);
  });

  it('tries again after a check that failed', async () => {
    const store = storeAt(1);
    const live = new LiveConfiguration(store, new Map());
    store.gate = Promise.reject(new Error('away'));
    const failed = live.refresh();
    const after = live.refresh();
    await expect(failed).rejects.toThrow('away');
    await expect(after).rejects.toThrow('away');
    store.gate = Promise.resolve();
    await live.refresh();
    expect(live.current.revision).toBe(1);
  });
});
