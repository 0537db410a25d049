import type { ErasureStep, ErasureStore } from '../erasure/erasure-store.port.js';

/**
 * Creates a store with one erasure whose steps have the given results. Also creates a list that records the store's
 * calls.
 */
export function sampleErasureStore(steps: readonly (ErasureStep | null | Error)[]): {
  readonly store: Pick<ErasureStore, 'claim' | 'begin' | 'step' | 'postpone' | 'end'>;
  readonly calls: readonly string[];
} {
  const calls: string[] = [];
  const left = [...steps];
  let passes = 0;
  const store = {
    claim: () => {
      const hasBegun = calls.includes('begin');
      return Promise.resolve(left.length === 0 ? null : { id: 'f-1', token: 't-1', hasBegun, passes });
    },
    begin: () => Promise.resolve(void calls.push('begin')),
    step: () => {
      calls.push('step');
      const step = left.shift() ?? null;
      return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
    },
    postpone: (_claimed: unknown, milliseconds: number) => {
      passes += 1;
      return Promise.resolve(void calls.push(`postpone ${milliseconds}`));
    },
    end: () => Promise.resolve(void calls.push('end')),
  };
  return { store, calls };
}
