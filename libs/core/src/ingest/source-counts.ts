import type { NewEvent, StoredOutcome } from './event-store.port.js';

/** Events of a source that were stored since the last report. */
export interface SourceCount {
  readonly sourceId: string;
  readonly accepted: number;
  readonly quarantined: number;
  /** Time of receipt of the newest event, in milliseconds since the epoch. */
  readonly lastEventAt: number;
}

/** Store of the number of events per source. */
export interface SourceCountStore {
  /** Adds counts to the stored ones. Counts older than a day are deleted. */
  add(counts: readonly SourceCount[]): Promise<void>;
}

/** Count of a source that is still collected. */
type CollectedCount = { -readonly [Field in keyof SourceCount]: SourceCount[Field] };

/**
 * Counts the stored events per source. Duplicates are not counted. The counts are written together every few seconds,
 * so that storing an event costs no further statement.
 */
export class SourceCounts {
  private counts = new Map<string, CollectedCount>();

  /** Counts stored events. Events that were not stored are left out. @param outcomes outcomes of the events, in the same order */
  add(events: readonly NewEvent[], outcomes: readonly StoredOutcome[]): void {
    for (const [i, outcome] of outcomes.entries()) this.count(events[i], outcome);
  }

  /** Returns the counts and begins anew. */
  take(): readonly SourceCount[] {
    const taken = [...this.counts.values()];
    this.counts = new Map();
    return taken;
  }

  /**
   * Adds counts again that were taken but could not be written. If the database wrote them nevertheless, they count
   * twice.
   */
  putBack(taken: readonly SourceCount[]): void {
    for (const { sourceId, accepted, quarantined, lastEventAt } of taken) {
      const count = this.countOf(sourceId, lastEventAt);
      count.accepted += accepted;
      count.quarantined += quarantined;
      count.lastEventAt = Math.max(count.lastEventAt, lastEventAt);
    }
  }

  private count(event: NewEvent | undefined, { kind }: StoredOutcome): void {
    if (event === undefined || kind === 'duplicate' || kind === 'stale') return;
    const { sourceId, receivedAt, quarantineReason } = event;
    const count = this.countOf(sourceId, receivedAt);
    count[kind === 'quarantined' || quarantineReason !== null ? 'quarantined' : 'accepted'] += 1;
    count.lastEventAt = Math.max(count.lastEventAt, receivedAt);
  }

  private countOf(sourceId: string, receivedAt: number): CollectedCount {
    const known = this.counts.get(sourceId);
    if (known !== undefined) return known;
    const count = { sourceId, accepted: 0, quarantined: 0, lastEventAt: receivedAt };
    this.counts.set(sourceId, count);
    return count;
  }
}
