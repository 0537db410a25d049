import { createHash } from 'node:crypto';
import type { LiveWorker } from './worker-registry.port.js';

/**
 * Age of a worker's last heartbeat, in milliseconds, beyond which the worker owns nothing. The other workers drop a
 * silent worker one second later, after five seconds. A joining worker may also own destinations after five seconds. By
 * then, every other worker knows about the joining worker or owns nothing.
 */
const HEARTBEAT_EXPIRES_MS = 4_000;
/**
 * Age of a worker's last heartbeat, in milliseconds, after which other workers serve its destinations. Corresponds to
 * two missed heartbeats.
 */
const MISSED_HEARTBEATS_MS = 2_500;

/** Time that has elapsed since a moment; see Stopwatch. */
export interface Elapsed {
  readonly elapsedMs: number;
}

const NEVER: Elapsed = { elapsedMs: Number.POSITIVE_INFINITY };

/**
 * Workers of the hub as this worker knows them, and the assignment of destinations to workers. One worker alone
 * enforces the limits of a destination, so the limits need no coordination. Rendezvous hashing assigns the
 * destinations: a worker that joins or leaves moves only its own share of the destinations.
 */
export class WorkerRing {
  private members: readonly LiveWorker[] = [];
  private serving: readonly string[] = [];
  private sinceHeartbeat: Elapsed = NEVER;
  /**
   * Monotonic time from which this worker may own destinations, in milliseconds. A wall clock that jumps must neither
   * advance nor delay this time.
   */
  private activeFrom = Number.NEGATIVE_INFINITY;
  private activeKey = '';
  private activeSince: number;

  /**
   * @param id id of this worker
   * @param monotonic returns the monotonic time, in milliseconds
   */
  constructor(
    readonly id: string,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.activeSince = monotonic();
  }

  /**
   * Applies the contents of the registry.
   * @param sinceHeartbeat a stopwatch that was started before the registry was read
   */
  update(workers: readonly LiveWorker[], sinceHeartbeat: Elapsed): void {
    this.sinceHeartbeat = sinceHeartbeat;
    this.members = workers;
    this.serving = workers
      .filter(({ id, sinceHeartbeatMs }) => id === this.id || sinceHeartbeatMs <= MISSED_HEARTBEATS_MS)
      .map(({ id }) => id);
    // The registry dates this worker's activation from a moment before its answer arrived, so that two workers never own
    // a destination at the same time.
    const activeFrom = this.monotonic() + (workers.find(({ id }) => id === this.id)?.activeInMs ?? 0);
    this.activeFrom = this.isAlone ? activeFrom : Math.max(this.activeFrom, activeFrom);
    this.activeWorkers();
  }

  /**
   * Returns true if this worker owns a destination with a rate limit now. Two workers never own the same destination at
   * the same time.
   */
  owns(destinationId: string): boolean {
    return ownerOf(destinationId, this.activeWorkers()) === this.id;
  }

  /**
   * Returns true if this worker serves a destination that needs an owner but has no rate limit. A joining worker serves
   * destinations at once, and a dead worker is replaced within about three seconds. Two workers may serve the same
   * destination for a second or two.
   */
  serves(destinationId: string): boolean {
    return ownerOf(destinationId, this.serving) === this.id;
  }

  /**
   * Monotonic time since which this worker has owned its current destinations, in milliseconds. This is the time of the
   * last change of the owners.
   */
  get ownedSince(): number {
    this.activeWorkers();
    return this.activeSince;
  }

  /**
   * Returns the destinations with this worker's own share first, so that workers that find the same destinations at the
   * same time begin with different destinations.
   */
  preferredFirst(destinationIds: readonly string[]): readonly string[] {
    if (this.isAlone) return destinationIds;
    const preferred = new Set(destinationIds.filter((destinationId) => this.serves(destinationId)));
    return [...preferred, ...destinationIds.filter((destinationId) => !preferred.has(destinationId))];
  }

  /** Number of workers that serve destinations now, this worker included. */
  get servingCount(): number {
    return Math.max(1, this.serving.length);
  }

  /** True if no other worker is known. */
  private get isAlone(): boolean {
    return this.members.every(({ id }) => id === this.id);
  }

  private activeWorkers(): readonly string[] {
    const elapsed = this.sinceHeartbeat.elapsedMs;
    const ids =
      elapsed > HEARTBEAT_EXPIRES_MS
        ? []
        : this.members.filter((one) => this.isActive(one, elapsed)).map(({ id }) => id);
    const activeKey = [...ids].sort().join();
    if (activeKey !== this.activeKey) {
      this.activeKey = activeKey;
      this.activeSince = this.monotonic();
    }
    return ids;
  }

  private isActive({ id, activeInMs }: LiveWorker, elapsed: number): boolean {
    return id === this.id ? this.activeFrom <= this.monotonic() : activeInMs <= elapsed;
  }
}

function ownerOf(destinationId: string, ids: readonly string[]): string | undefined {
  const [first] = ids;
  if (first === undefined || ids.length === 1) return first;
  return ids.map((id) => ({ id, weight: weightOf(destinationId, id) })).reduce((a, b) => (a.weight > b.weight ? a : b))
    .id;
}

function weightOf(destinationId: string, workerId: string): string {
  return createHash('sha1').update(`${destinationId} ${workerId}`).digest('hex');
}
