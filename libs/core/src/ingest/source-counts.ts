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

/**
 * Counts the stored events per source. Duplicates are not counted. The counts are written together every few seconds,
 * so that storing an event costs no further statement.
 */
export class SourceCounts {
  private counts = new Map<string, { accepted: number; quarantined: number; lastEventAt: number }>();

  /** Counts stored events. @param outcomes outcomes of the events, in the same order */
  add(events: readonly NewEvent[], outcomes: readonly StoredOutcome[]): void {
    for (const [i, outcome] of outcomes.entries()) this.count(events[i], outcome);
  }

  /** Returns the counts and begins anew. */
  take(): readonly SourceCount[] {
    const taken = [...this.counts].map(([sourceId, count]) => ({ sourceId, ...count }));
    this.counts = new Map();
    return taken;
  }

  private count(event: NewEvent | undefined, { kind }: StoredOutcome): void {
    if (event === undefined || kind === 'duplicate') return;
    const { sourceId, receivedAt, quarantineReason } = event;
    const known = this.counts.get(sourceId) ?? { accepted: 0, quarantined: 0, lastEventAt: receivedAt };
    this.counts.set(sourceId, known);
    known[kind === 'quarantined' || quarantineReason !== null ? 'quarantined' : 'accepted'] += 1;
    known.lastEventAt = Math.max(known.lastEventAt, receivedAt);
  }
}
