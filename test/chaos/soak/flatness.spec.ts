import { describe, expect, it } from '@jest/globals';
import { flatnessOf, type FlatLimit, type SoakSample } from './flatness.js';

const LIMITS: readonly FlatLimit[] = [{ prefix: 'memory', unit: 'MiB', factor: 1.1, slack: 10 }];

/** Returns a sample per hundredth of a soak. */
function samples(valueAt: (at: number) => number, name = 'memory of all'): readonly SoakSample[] {
  return Array.from({ length: 101 }, (_, n) => ({ at: n / 100, values: { [name]: valueAt(n / 100) } }));
}

describe('flatnessOf', () => {
  it('finds a value that grows until the end, and no value that grows at the beginning only', () => {
    expect(
      flatnessOf(
        samples((at) => 100 + 100 * at),
        LIMITS,
      ),
    ).toMatchObject([{ middle: 158, end: 193, isFlat: false }]);
    expect(
      flatnessOf(
        samples((at) => (at < 0.4 ? 1_000 * at : 400)),
        LIMITS,
      ),
    ).toMatchObject([{ isFlat: true }]);
  });

  it('ignores single peaks, and accepts growth up to the limit', () => {
    expect(
      flatnessOf(
        samples((at) => (at === 0.9 ? 5_000 : 100)),
        LIMITS,
      ),
    ).toMatchObject([{ end: 100, isFlat: true }]);
    const [grown] = flatnessOf(
      samples((at) => (at > 0.7 ? 120 : 100)),
      LIMITS,
    );
    expect(grown?.limit).toBeCloseTo(120);
    expect(grown).toMatchObject({ name: 'memory of all', unit: 'MiB', middle: 100, end: 120, isFlat: true });
  });

  it('leaves out values without a limit, and values of a process that was replaced', () => {
    expect(
      flatnessOf(
        samples(() => 1, 'events'),
        LIMITS,
      ),
    ).toEqual([]);
    expect(flatnessOf(samples(() => 1).slice(0, 70), LIMITS)).toEqual([]);
  });
});
