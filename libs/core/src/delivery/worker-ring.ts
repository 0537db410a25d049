import { createHash } from 'node:crypto';
import type { LiveWorker } from './worker-registry.port.js';

/**
 * A worker whose last heartbeat was sent this long ago owns nothing, in milliseconds. Others take it for gone a second later, and
 * a worker that joins counts a second later too: by then each has read of it or owns nothing.
 */
const HEARTBEAT_EXPIRES_MS = 4_000;
/** A worker that missed two heartbeats serves nothing in the view of the others, in milliseconds. */
const MISSED_HEARTBEATS_MS = 2_500;

/** Time that has passed since something; see Stopwatch. */
export interface Elapsed {
  readonly elapsedMs: number;
}

const NEVER: Elapsed = { elapsedMs: Number.POSITIVE_INFINITY };

/**
 * The workers of a hub as this one knows them, and which of them each destination of limits belongs to: one worker alone
 * keeps a limit without asking anybody. By rendezvous hashing, so that a worker that comes or goes moves only its own
 * part.
 */
export class WorkerRing {
  private members: readonly LiveWorker[] = [];
  private serving: readonly string[] = [];
  private sinceHeartbeat: Elapsed = NEVER;
  /** When this worker counts itself. */
  private ownActivation = { since: NEVER, activeInMs: 0 };
  private activeKey = '';
  private activeSince = performance.now();

  /** @param id of this worker */
  constructor(readonly id: string) {}

  /**
   * Applies the contents of the registry.
   * @param sinceHeartbeat started before the registry was read: its contents are no older
   */
  update(workers: readonly LiveWorker[], sinceHeartbeat: Elapsed): void {
    this.sinceHeartbeat = sinceHeartbeat;
    this.members = workers;
    this.serving = workers
      .filter(({ id, sinceHeartbeatMs }) => id === this.id || sinceHeartbeatMs <= MISSED_HEARTBEATS_MS)
      .map(({ id }) => id);
    // The others count this worker from what they were told, which was earlier. It counts itself from now, so that there is
    // a gap between two owners and no overlap.
    const activeInMs = sinceHeartbeat.elapsedMs + (workers.find(({ id }) => id === this.id)?.activeInMs ?? 0);
    const before = this.ownActivation.activeInMs - this.ownActivation.since.elapsedMs;
    if (this.isAlone || activeInMs - sinceHeartbeat.elapsedMs > before)
      this.ownActivation = { since: sinceHeartbeat, activeInMs };
    this.activeWorkers();
  }

  /** Whether a destination with a rate is this worker's, now. No two workers own one at the same time. */
  owns(destinationId: string): boolean {
    return ownerOf(destinationId, this.activeWorkers()) === this.id;
  }

  /**
   * Whether a destination that needs an owner, but has no rate, is this worker's. A worker that joins serves at once, and
   * one that dies is replaced within about three seconds. For a second or two two workers may serve the same destination.
   */
  serves(destinationId: string): boolean {
    return ownerOf(destinationId, this.serving) === this.id;
  }

  /** Since when this worker has owned what it owns, by the monotonic clock: since the workers that count last changed. */
  get ownedSince(): number {
    this.activeWorkers();
    return this.activeSince;
  }

  /**
   * Destinations in the order in which this worker serves them: first those that rendezvous hashing gives it, so that
   * workers which find the same work at the same time begin with different parts of it.
   */
  preferredFirst(destinationIds: readonly string[]): readonly string[] {
    if (this.isAlone) return destinationIds;
    const preferred = new Set(destinationIds.filter((destinationId) => this.serves(destinationId)));
    return [...preferred, ...destinationIds.filter((destinationId) => !preferred.has(destinationId))];
  }

  /** No other worker is known. */
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
      this.activeSince = performance.now();
    }
    return ids;
  }

  private isActive({ id, activeInMs }: LiveWorker, elapsed: number): boolean {
    return id === this.id ? this.ownActivation.activeInMs <= this.ownActivation.since.elapsedMs : activeInMs <= elapsed;
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
