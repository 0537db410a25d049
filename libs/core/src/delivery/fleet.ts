import { createHash } from 'node:crypto';
import type { LiveWorker } from './worker-board.port.js';

/** A worker that could not say that it lives for so long owns nothing, in milliseconds: others took over by now. */
const SILENT_MS = 4_000;

interface Member {
  readonly id: string;
  /** By the process's own steady clock. */
  readonly countsFrom: number;
}

/**
 * The workers of a hub as this one knows them, and which of them each destination of limits belongs to: one worker alone
 * keeps a limit exactly, without asking anybody. By rendezvous hashing, so that a worker that comes or goes moves only
 * its own part.
 */
export class Fleet {
  private members: readonly Member[] = [];
  private heardAt = Number.NEGATIVE_INFINITY;

  /**
   * @param id of this worker
   * @param steady milliseconds by a clock that never jumps
   */
  constructor(
    readonly id: string,
    private readonly steady: () => number = () => performance.now(),
  ) {}

  /** Takes over what the board said. */
  update(workers: readonly LiveWorker[]): void {
    this.heardAt = this.steady();
    this.members = workers.map(({ id, countsInMs }) => ({ id, countsFrom: this.heardAt + countsInMs }));
  }

  /** No other worker is known. */
  get alone(): boolean {
    return this.members.every(({ id }) => id === this.id);
  }

  /**
   * Destinations in the order in which this worker serves them: first those that rendezvous hashing gives it, so that
   * workers which find the same work at the same time begin with different parts of it.
   */
  preferredFirst(destinationIds: readonly string[]): readonly string[] {
    if (this.alone) return destinationIds;
    const preferred = new Set(
      destinationIds.filter((destinationId) => ownerOf(destinationId, this.members) === this.id),
    );
    return [...preferred, ...destinationIds.filter((destinationId) => !preferred.has(destinationId))];
  }

  /** Whether a destination of limits is this worker's. */
  owns(destinationId: string): boolean {
    const now = this.steady();
    if (now - this.heardAt > SILENT_MS) return false;
    const counted = this.members.filter(({ countsFrom }) => countsFrom <= now);
    return ownerOf(destinationId, counted) === this.id;
  }
}

function ownerOf(destinationId: string, members: readonly Member[]): string | undefined {
  const [first] = members;
  if (first === undefined || members.length === 1) return first?.id;
  return members
    .map(({ id }) => ({ id, weight: weightOf(destinationId, id) }))
    .reduce((a, b) => (a.weight > b.weight ? a : b)).id;
}

function weightOf(destinationId: string, workerId: string): string {
  return createHash('sha1').update(`${destinationId} ${workerId}`).digest('hex');
}
