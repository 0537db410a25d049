import type { Arrival, CheckResult } from './check.js';

/** Time span, in milliseconds of the receiver's monotonic clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Sample of the waiting deliveries at one moment. */
export interface WaitingSample {
  /** Milliseconds of the receiver's monotonic clock. */
  readonly at: number;
  readonly destinations: readonly {
    readonly destination: string;
    /** True if a delivery can be sent now. */
    readonly due: boolean;
    /** Milliseconds until the latest due time. 0 if no delivery waits for a later time. */
    readonly dueInMs: number;
  }[];
}

/** Limits of the check, and exceptions. */
export interface StallRules {
  /** Time spans in which a fault prevents all deliveries. They do not count as a stall. */
  readonly explained: readonly Span[];
  /** Destinations whose deliveries may wait longer, for example in quiet hours. */
  readonly mayWait: readonly string[];
  /** Longest time without an arrival while something is due, in milliseconds. */
  readonly stallMs: number;
}

/** Upper bound of the waits of schedules, digests and circuit breakers in the suite's brands. */
const LATEST_DUE_MS = 60_000;
const MINUTE_MS = 60_000;

/**
 * Checks that no destination stalls while a delivery is due. Also checks that no due time is later than any schedule
 * allows.
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

/** Returns the time of a span that other spans cover, in milliseconds. The other spans may overlap. */
function overlap(span: Span, others: readonly Span[]): number {
  let [covered, end] = [0, span.from];
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const [begin, stop] = [Math.max(from, end), Math.min(to, span.to)];
    if (stop > begin) [covered, end] = [covered + stop - begin, stop];
  }
  return covered;
}
