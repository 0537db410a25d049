/** What all workers know of a destination that gives trouble. Most have none. */
export interface Gate {
  /** Nothing is sent before, in milliseconds since the epoch. */
  readonly closedUntil: number;
  /** How often in a row it was closed because the destination fails; 0 where it only asked for patience, or mends. */
  readonly trips: number;
  /** Since when it fails, in milliseconds since the epoch; null where it does not. */
  readonly failingSince: number | null;
  /** The part of its limits that may be used when it opens, above 0 and up to 1. Grows back with time. */
  readonly share: number;
}

/** Failures in a row, in one process. */
export interface FailureStreak {
  readonly failures: number;
  /** Of the first of them, in milliseconds since the epoch. */
  readonly since: number;
}

/** Where nothing says otherwise, a destination that fails for so long is paused, in milliseconds: a day. */
export const DEFAULT_PAUSE_AFTER_MS = 24 * 3_600_000;

/** So many failures in a row close the gate. */
export const FAILURES_TO_TRIP = 10;
const FIRST_TRIP_MS = 2_000;
const LONGEST_TRIP_MS = 300_000;
const JITTER = 0.2;
const LEAST_SHARE = 1 / 64;
/** What a destination that works again begins with. */
const SHARE_AFTER_TRIP = 1 / 4;
/** From nothing to all of its limits, in milliseconds. */
const RECOVERY_MS = 60_000;

/** One call at a time, whose outcome says whether the destination works again. */
export function isProbing(gate: Gate | undefined): boolean {
  return gate !== undefined && gate.trips > 0;
}

/** The part of a destination's limits that may be used now: additive recovery, linear in time. */
export function shareNow(gate: Gate | undefined, now: number): number {
  if (gate === undefined) return 1;
  return Math.min(1, gate.share + Math.max(0, now - gate.closedUntil) / RECOVERY_MS);
}

/** Whether a gate says anything that no gate would not. */
export function isHealed(gate: Gate, now: number): boolean {
  return gate.trips === 0 && gate.closedUntil <= now && shareNow(gate, now) === 1;
}

/**
 * The vendor asked for patience until `until`: the share is halved, once for all calls that were in flight together.
 */
export function afterThrottle(gate: Gate | undefined, until: number, now: number): Gate {
  const known = gate ?? { closedUntil: 0, trips: 0, failingSince: null, share: 1 };
  const closedAlready = known.closedUntil > now;
  return {
    ...known,
    closedUntil: Math.max(known.closedUntil, until),
    share: closedAlready ? known.share : Math.max(LEAST_SHARE, shareNow(gate, now) / 2),
  };
}

/**
 * A call failed: the gate to set, or undefined where there is nothing to change. A gate that probes closes again at the
 * first failure, for twice as long.
 * @param random in [0, 1): spreads by ±20 %
 */
export function afterFailure(
  gate: Gate | undefined,
  streak: FailureStreak,
  now: number,
  random: number,
): Gate | undefined {
  const probing = isProbing(gate);
  // What was in flight when it closed says nothing new.
  if (probing && gate !== undefined && gate.closedUntil > now) return undefined;
  if (!probing && streak.failures < FAILURES_TO_TRIP) return undefined;
  const trips = (gate?.trips ?? 0) + 1;
  const closedMs = Math.min(FIRST_TRIP_MS * 2 ** (trips - 1), LONGEST_TRIP_MS) * (1 + JITTER * (2 * random - 1));
  return {
    closedUntil: Math.max(gate?.closedUntil ?? 0, Math.round(now + closedMs)),
    trips,
    failingSince: gate?.failingSince ?? streak.since,
    share: gate?.share ?? 1,
  };
}

/** A call came through: a gate that probed opens, gently; undefined where there is nothing to change. */
export function afterSuccess(gate: Gate | undefined, now: number): Gate | undefined {
  if (gate === undefined || !isProbing(gate)) return undefined;
  return { closedUntil: now, trips: 0, failingSince: null, share: Math.min(gate.share, SHARE_AFTER_TRIP) };
}
