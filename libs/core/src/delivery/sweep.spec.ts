import { describe, expect, it } from '@jest/globals';
import { Sweep } from './sweep.js';

function swept({
  serves = () => true,
  steps = () => Promise.resolve(),
}: { serves?: (destinationId: string) => boolean; steps?: () => Promise<void> } = {}) {
  const state = { due: [] as readonly string[], woken: [] as string[], started: [] as string[] };
  const sweep = new Sweep(
    { destinationsWithDueWork: () => Promise.resolve(state.due) },
    {
      reclaimExpired: () => Promise.resolve(),
      wake: (id) => state.woken.push(id),
      startSlice: (id) => state.started.push(id),
    },
    { once: steps },
    { preferredFirst: (ids) => ids, serves },
    { now: () => 0 },
  );
  return { sweep, state };
}

describe('Sweep', () => {
  it('wakes due destinations, and starts a slice itself for a destination that the last round found too', async () => {
    const { sweep, state } = swept();
    state.due = ['a', 'b'];
    await sweep.once();
    expect(state).toMatchObject({ woken: ['a', 'b'], started: [] });
    state.due = ['b', 'c'];
    await sweep.once();
    expect(state).toMatchObject({ woken: ['a', 'b', 'b', 'c'], started: ['b'] });
    state.due = [];
    await sweep.once();
    state.due = ['b'];
    await sweep.once();
    expect(state.started).toEqual(['b']);
  });

  it('starts a bounded number of slices, and none for destinations that another worker serves', async () => {
    const { sweep, state } = swept({ serves: (id) => id !== 'theirs' });
    state.due = ['theirs', ...Array.from({ length: 200 }, (_, index) => `d${index}`)];
    await sweep.once();
    await sweep.once();
    expect(state.started).toHaveLength(64);
    expect(state.started).not.toContain('theirs');
  });

  it('wakes due destinations even if a fallback step fails', async () => {
    const { sweep, state } = swept({ steps: () => Promise.reject(new Error('there is no such version')) });
    state.due = ['a'];
    await expect(sweep.once()).rejects.toThrow('no such version');
    expect(state.woken).toEqual(['a']);
  });
});
