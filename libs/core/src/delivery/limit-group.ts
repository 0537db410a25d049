import { DestinationRateLimiter } from './destination-rate-limiter.js';
import type { CallRate } from './gcra.js';

/** Time for which a destination that asked for calls counts as waiting for them, in milliseconds. */
const WAITS_MS = 1_000;
const NOBODY: readonly string[] = [];

/** Destination that shares the limits of a {@link LimitGroup}. */
export interface LimitGroupMember {
  readonly destinationId: string;
  /** Continues after a call was released. Returns true if the destination must be scheduled again. */
  resume(): boolean;
}

/** Calls of a destination since it began to compete with another destination of its group. */
interface Competitor {
  started: number;
  /** Monotonic time until which the destination counts as waiting, in milliseconds. */
  readonly until: number;
}

/**
 * Calls in flight and rate limit, in this process, of the destinations that share limits. A destination without a group
 * is the only member of its own.
 */
export class LimitGroup {
  private readonly members = new Set<LimitGroupMember>();
  /** Members that wait for a released call, the longest wait first. */
  private readonly waiting = new Set<LimitGroupMember>();
  private readonly competitors = new Map<LimitGroupMember, Competitor>();
  private inFlight = 0;
  /** Calls that are reserved by running claims. */
  private claiming = 0;
  /** Null if the group has no rate limit. Only {@link setRate} changes this field. */
  rateLimiter: DestinationRateLimiter | null = null;

  /** @param key id of the only destination, or key of the group */
  constructor(readonly key: string) {}

  /** True if no destination has these limits any more. */
  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** Adds a destination that may have calls in flight. */
  join(member: LimitGroupMember, inFlight: number): void {
    this.members.add(member);
    this.inFlight += inFlight;
  }

  /** Removes a destination. Its calls in flight no longer count. */
  leave(member: LimitGroupMember, inFlight: number): void {
    this.members.delete(member);
    this.waiting.delete(member);
    this.competitors.delete(member);
    this.inFlight -= inFlight;
  }

  /** Returns how many calls may start now, at most `concurrency` with the calls in flight. */
  free(concurrency: number): number {
    return concurrency - this.inFlight;
  }

  /**
   * Returns the number of calls that the rate limit allows to be claimed now, and the time until then. Null if there is
   * no rate limit.
   */
  allowance(): { readonly calls: number; readonly inMs: number } | null {
    return this.rateLimiter?.allowance(this.claiming) ?? null;
  }

  /**
   * Returns how many of the possible calls a destination may start. While several destinations of the group have due
   * deliveries, they get the same number of calls over time.
   * @param now monotonic milliseconds
   * @param waitMs time after which the destination asks again, in milliseconds
   */
  shareOf(member: LimitGroupMember, calls: number, now: number, waitMs = 0): number {
    if (this.members.size === 1) return calls;
    for (const [other, { until }] of this.competitors) if (until < now) this.competitors.delete(other);
    const known = this.competitors.get(member);
    this.competitors.delete(member);
    const others = [...this.competitors.values()].map(({ started }) => started);
    const started = others.length === 0 ? 0 : (known?.started ?? Math.min(...others));
    this.competitors.set(member, { started, until: now + waitMs + WAITS_MS });
    const level = [...others, started].reduce((sum, count) => sum + count, calls) / (others.length + 1);
    return Math.min(calls, Math.max(0, Math.ceil(level - started)));
  }

  /** Returns true if another destination of the group waits for calls. */
  isContended(member: LimitGroupMember): boolean {
    return this.waiting.size > (this.waiting.has(member) ? 1 : 0);
  }

  /** Counts calls that are sent from memory. */
  reserve(count: number): void {
    this.inFlight += count;
  }

  /** Counts calls that a claim may use. */
  reserveClaim(member: LimitGroupMember, count: number): void {
    this.inFlight += count;
    this.claiming += count;
    const competitor = this.competitors.get(member);
    if (competitor !== undefined) competitor.started += count;
  }

  /**
   * Ends a claim, and releases the reserved calls that it does not use.
   * @param isDrained true if the destination has no more due deliveries
   * @returns ids of the destinations that must be scheduled again
   */
  endClaim(member: LimitGroupMember, reserved: number, used: number, isDrained: boolean): readonly string[] {
    this.claiming -= reserved;
    const competitor = this.competitors.get(member);
    if (isDrained) this.competitors.delete(member);
    else if (competitor !== undefined) competitor.started -= reserved - used;
    return this.release(reserved - used);
  }

  /** Releases calls. Returns the ids of the destinations that must be scheduled again. */
  release(count: number): readonly string[] {
    this.inFlight -= count;
    if (count === 0 || this.waiting.size === 0) return NOBODY;
    const resumed = [...this.waiting];
    this.waiting.clear();
    return resumed.filter((member) => member.resume()).map(({ destinationId }) => destinationId);
  }

  /** Resumes a destination at the next released call. */
  wait(member: LimitGroupMember): void {
    this.waiting.add(member);
  }

  /** Ends the wait of a destination. */
  endWait(member: LimitGroupMember): void {
    this.waiting.delete(member);
  }

  /**
   * Sets the rate limit, which may change between slices (bounded rounds of claims).
   * @param ownedSince returns the monotonic time since which this process has owned the destinations, in milliseconds
   */
  setRate(rate: CallRate | undefined, ownedSince: () => number): void {
    if (rate === undefined) this.rateLimiter = null;
    else if (this.rateLimiter === null) this.rateLimiter = new DestinationRateLimiter(rate, ownedSince);
    else this.rateLimiter.rate = rate;
  }
}
