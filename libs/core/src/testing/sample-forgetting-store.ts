import type { ForgettingStep, ForgettingStore } from '../forgetting/forgetting-store.port.js';

/** A store with one forgetting, whose steps come to what is told, and what it was asked to do. */
export function sampleForgettingStore(steps: readonly (ForgettingStep | null | Error)[]): {
  readonly store: Pick<ForgettingStore, 'take' | 'begin' | 'step' | 'rest' | 'end'>;
  readonly calls: readonly string[];
} {
  const calls: string[] = [];
  const left = [...steps];
  let passes = 0;
  const store = {
    take: () => {
      const hasBegun = calls.includes('begin');
      return Promise.resolve(left.length === 0 ? null : { id: 'f-1', token: 't-1', hasBegun, passes });
    },
    begin: () => Promise.resolve(void calls.push('begin')),
    step: () => {
      calls.push('step');
      const step = left.shift() ?? null;
      return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
    },
    rest: (_taken: unknown, milliseconds: number) => {
      passes += 1;
      return Promise.resolve(void calls.push(`rest ${milliseconds}`));
    },
    end: () => Promise.resolve(void calls.push('end')),
  };
  return { store, calls };
}
