import type { Arrival, CheckResult } from './check.js';

/** Time span, in milliseconds of the receiver's monotonic clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Work that waits at one moment. */
export interface WaitingSample {
  /** Milliseconds of the receiver's monotonic clock. */
  readonly at: number;
  readonly destinations: readonly {
    readonly destination: string;
    /** Something may go out now. */
    readonly due: boolean;
    /** How far in the future the last due time is, in milliseconds; 0 if nothing waits for a later time. */
    readonly dueInMs: number;
  }[];
}

/** What is not a stall. */
export interface StallRules {
  /** Time in which a fault keeps everything from going out: it does not count. */
  readonly explained: readonly Span[];
  /** Destinations whose deliveries may wait for long, as in quiet hours. */
  readonly mayWait: readonly string[];
  /** Longest time without an arrival while something is due, in milliseconds. */
  readonly stallMs: number;
}

/** Schedules, digests and breakers of the suite's brands wait for less. */
const LATEST_DUE_MS = 60_000;
const MINUTE_MS = 60_000;

/** Checks that no destination stands still with something due, and that nothing is due at a time that no schedule explains. */
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
      const stood = at - from - overlap({ from, to: at }, explained);
      longest = Math.max(longest, stood);
      if (stood >= stallMs && reported !== from) {
        reported = from;
        violations.push(`${name} got nothing for ${(stood / 1_000).toFixed(1)} s while something was due`);
      }
    }
  }
  return {
    name: 'stalls',
    counts: { looks: samples.length },
    largest: { 'longest ms without progress': Math.round(longest) },
    seen: samples.length,
    violation: `of ${stallMs / 1_000} s or more, or due too late`,
    violations: [...new Set(violations)],
  };
}

/** How much of a span lies in others, which may overlap each other. */
function overlap(span: Span, others: readonly Span[]): number {
  let [covered, end] = [0, span.from];
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const [begin, stop] = [Math.max(from, end), Math.min(to, span.to)];
    if (stop > begin) [covered, end] = [covered + stop - begin, stop];
  }
  return covered;
}
