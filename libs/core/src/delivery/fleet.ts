import { createHash } from 'node:crypto';
import type { LiveWorker } from './worker-board.port.js';

/**
 * A worker whose last beat was sent so long ago owns nothing, in milliseconds. Others take it for gone a second later, and
 * a worker that joins counts a second later too: by then each has read of it or owns nothing.
 */
const SILENT_MS = 4_000;
/** A worker that missed two beats serves nothing in the view of the others, in milliseconds. */
const MISSED_MS = 2_500;

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
export class Fleet {
  private members: readonly LiveWorker[] = [];
  private serving: readonly string[] = [];
  private sinceBeat: Elapsed = NEVER;
  /** When this worker counts itself. */
  private own = { since: NEVER, countsInMs: 0 };
  private view = '';
  private viewSince = performance.now();

  /** @param id of this worker */
  constructor(readonly id: string) {}

  /**
   * Takes over what the board said.
   * @param sinceBeat started before the board was asked: what it said is no older
   */
  update(workers: readonly LiveWorker[], sinceBeat: Elapsed): void {
    this.sinceBeat = sinceBeat;
    this.members = workers;
    this.serving = workers.filter(({ id, silentMs }) => id === this.id || silentMs <= MISSED_MS).map(({ id }) => id);
    // The others count this worker from what they were told, which was earlier. It counts itself from now, so that there is
    // a gap between two owners and no overlap.
    const countsInMs = sinceBeat.elapsedMs + (workers.find(({ id }) => id === this.id)?.countsInMs ?? 0);
    const before = this.own.countsInMs - this.own.since.elapsedMs;
    if (this.alone || countsInMs - sinceBeat.elapsedMs > before) this.own = { since: sinceBeat, countsInMs };
    this.counted();
  }

  /** Whether a destination with a rate is this worker's, now. No two workers own one at the same time. */
  owns(destinationId: string): boolean {
    return ownerOf(destinationId, this.counted()) === this.id;
  }

  /**
   * Whether a destination that needs an owner, but has no rate, is this worker's. A worker that joins serves at once, and
   * one that dies is replaced within about three seconds. For a second or two two workers may serve the same destination.
   */
  serves(destinationId: string): boolean {
    return ownerOf(destinationId, this.serving) === this.id;
  }

  /** Since when this worker has owned what it owns, by the monotonic clock: since the workers that count last changed. */
  get ownsSince(): number {
    this.counted();
    return this.viewSince;
  }

  /**
   * Destinations in the order in which this worker serves them: first those that rendezvous hashing gives it, so that
   * workers which find the same work at the same time begin with different parts of it.
   */
  preferredFirst(destinationIds: readonly string[]): readonly string[] {
    if (this.alone) return destinationIds;
    const preferred = new Set(destinationIds.filter((destinationId) => this.serves(destinationId)));
    return [...preferred, ...destinationIds.filter((destinationId) => !preferred.has(destinationId))];
  }

  /** No other worker is known. */
  private get alone(): boolean {
    return this.members.every(({ id }) => id === this.id);
  }

  private counted(): readonly string[] {
    const elapsed = this.sinceBeat.elapsedMs;
    const ids = elapsed > SILENT_MS ? [] : this.members.filter((one) => this.counts(one, elapsed)).map(({ id }) => id);
    const view = [...ids].sort().join();
    if (view !== this.view) {
      this.view = view;
      this.viewSince = performance.now();
    }
    return ids;
  }

  private counts({ id, countsInMs }: LiveWorker, elapsed: number): boolean {
    return id === this.id ? this.own.countsInMs <= this.own.since.elapsedMs : countsInMs <= elapsed;
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
