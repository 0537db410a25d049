/** Measurement during a soak. */
export interface SoakSample {
  /** Part of the soak that has passed, from 0 to 1. */
  readonly at: number;
  /** Values by name, such as `memory of worker-1`. A process that is replaced has a name of its own. */
  readonly values: Readonly<Record<string, number>>;
}

/** Kind of a value, with the growth that is not a finding: `factor × earlier + slack`. */
export interface FlatLimit {
  /** Beginning of the names of the values. */
  readonly prefix: string;
  readonly unit: string;
  readonly factor: number;
  readonly slack: number;
}

/** Comparison of a value in the middle of a soak with the same value at its end. */
export interface Flatness {
  readonly name: string;
  readonly unit: string;
  readonly middle: number;
  readonly end: number;
  /** Largest value at the end that counts as flat. */
  readonly limit: number;
  readonly isFlat: boolean;
}

/** Part of a soak in which processes may be replaced. Later, the same processes run until the end. */
export const RESTARTS_UNTIL = 0.4;
const MIDDLE = { from: 0.5, to: 0.65 };
const END = { from: 0.85, to: 1 };

/**
 * Compares the medians of every value in the middle and at the end. Both are after the last restart, when caches are
 * filled. Leaves out values that one of the two times does not have. Pure function.
 */
export function flatnessOf(samples: readonly SoakSample[], limits: readonly FlatLimit[]): readonly Flatness[] {
  const names = [...new Set(samples.flatMap(({ values }) => Object.keys(values)))].sort();
  return names.flatMap((name) => {
    const limit = limits.find(({ prefix }) => name.startsWith(prefix));
    const [middle, end] = [medianIn(samples, name, MIDDLE), medianIn(samples, name, END)];
    if (limit === undefined || middle === undefined || end === undefined) return [];
    const most = middle * limit.factor + limit.slack;
    return [{ name, unit: limit.unit, middle, end, limit: most, isFlat: end <= most }];
  });
}

function medianIn(
  samples: readonly SoakSample[],
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const values = samples.flatMap(({ at, values: { [name]: value } }) =>
    value === undefined || at < from || at > to ? [] : [value],
  );
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
