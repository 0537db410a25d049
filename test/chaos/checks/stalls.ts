import type { Arrival, CheckResult } from './check.js';

/** Time span, in milliseconds of the receiver's monotonic clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Waiting deliveries at one moment, by destination. */
export interface WaitingSample {
  /** Time of the sample in milliseconds of the receiver's monotonic clock. */
  readonly at: number;
  readonly destinations: readonly {
    readonly destination: string;
    /** True if at least one delivery can be sent now. */
    readonly due: boolean;
    /**
     * Milliseconds until the latest time at which a waiting delivery is due. 0 if all waiting deliveries are due now.
     */
    readonly dueInMs: number;
  }[];
}

/** Limits of the check of stalls, and its exceptions. */
export interface StallRules {
  /** Time spans in which a fault prevents all deliveries. These spans do not count as a stall. */
  readonly explained: readonly Span[];
  /** Destinations whose deliveries may wait longer, for example in quiet hours. */
  readonly mayWait: readonly string[];
  /** Longest time without an arrival while a delivery is due, in milliseconds. */
  readonly stallMs: number;
}

/** Longest wait in milliseconds that a schedule, a digest or a circuit breaker of the suite's brands can cause. */
const LATEST_DUE_MS = 60_000;
const MINUTE_MS = 60_000;

/**
 * Checks that no destination stalls while a delivery is due. Also checks that no delivery is due later than every
 * schedule allows.
 */
export function checkStalls(
  samples: readonly WaitingSample[],
  arrivals: readonly Arrival[],
  { explained, mayWait, stallMs }: StallRules,
): CheckResult {
  const violations: string[] = [];
  const all = samples.flatMap(({ destinations }) => destinations.map(({ destination }) => destination));
  const names = new Set(all.filter((name) => !mayWait.includes(name)));
  let longest = 0;
  for (const name of names) {
    const times = arrivals.filter(({ destination }) => destination === name).map(({ at }) => at);
    let since: number | undefined;
    let reported: number | undefined;
    for (const { at, destinations } of samples) {
      const state = destinations.find(({ destination }) => destination === name);
      if (state !== undefined && state.dueInMs > LATEST_DUE_MS) {
        violations.push(`${name} has a delivery that is due only in ${Math.round(state.dueInMs / MINUTE_MS)} min`);
      }
      if (state?.due !== true) {
        since = undefined;
        continue;
      }
      since ??= at;
      const from = Math.max(since, ...times.filter((time) => time <= at));
      const stalledMs = at - from - overlap({ from, to: at }, explained);
      longest = Math.max(longest, stalledMs);
      if (stalledMs >= stallMs && reported !== from) {
        reported = from;
        violations.push(`${name} got nothing for ${(stalledMs / 1_000).toFixed(1)} s while a delivery was due`);
      }
    }
  }
  return {
    name: 'stalls',
    counts: { samples: samples.length },
    largest: { 'longest ms without progress': Math.round(longest) },
    seen: samples.length,
    violation: `of ${stallMs / 1_000} s or more, or due too late`,
    violations: [...new Set(violations)],
  };
}

/** Returns for how many milliseconds a span is covered by other spans. The other spans may overlap each other. */
function overlap(span: Span, others: readonly Span[]): number {
  let [covered, end] = [0, span.from];
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const [begin, stop] = [Math.max(from, end), Math.min(to, span.to)];
    if (stop > begin) [covered, end] = [covered + stop - begin, stop];
  }
  return covered;
}
