import { Batcher } from '../batcher.js';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { StoreRefusedError, type EventStore, type NewEvent, type StoredOutcome } from './event-store.port.js';
import { prepareEvent, type ReceivedEvent } from './prepare-event.js';

/** What became of one received event. */
export type CommitOutcome =
  | { readonly kind: 'accepted' | 'quarantined'; readonly destinationIds: readonly string[] }
  | { readonly kind: 'duplicate'; readonly eventId: string }
  /** Its source, or the secret that opened it, was taken away between authentication and commit. */
  | { readonly kind: 'sourceGone' };

/** A received event, and whether it may come in. */
export interface AdmittedEvent extends ReceivedEvent {
  /** Whether a source as it is now would let the event in: secrets may have been withdrawn in the meantime. */
  readonly isAdmitted: (source: CompiledSource) => boolean;
}

/** Limits of {@link GroupCommit}. */
export interface GroupCommitOptions {
  readonly lingerMs: number;
  readonly maxGroup: number;
  readonly maxInFlight: number;
}

/** Each round begins with a look at the newest revision, so more rounds than this means a revision a moment. */
const MAX_ROUNDS = 20;

/**
 * Stores received events, those that arrive together in one commit. Every round goes by one revision of the
 * configuration, which the commit itself checks: where it is stale, the events are prepared again by the newest.
 */
export class GroupCommit {
  private readonly batcher: Batcher<AdmittedEvent, CommitOutcome | StoreRefusedError>;

  constructor(
    private readonly store: EventStore,
    private readonly configuration: LiveConfiguration,
    options: GroupCommitOptions,
  ) {
    this.batcher = new Batcher((received) => this.commit(received), {
      lingerMs: options.lingerMs,
      maxBatch: options.maxGroup,
      maxInFlight: options.maxInFlight,
    });
  }

  /** Events that wait for a group. */
  get queued(): number {
    return this.batcher.queued;
  }

  /**
   * Resolves after the commit. Throws a StoreRefusedError where the database refuses this very event (its neighbours
   * are stored), anything else where the database is away.
   */
  async add(received: AdmittedEvent): Promise<CommitOutcome> {
    const outcome = await this.batcher.add(received);
    if (outcome instanceof StoreRefusedError) throw outcome;
    return outcome;
  }

  /** Resolves when nothing waits. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  private async commit(received: readonly AdmittedEvent[]): Promise<readonly (CommitOutcome | StoreRefusedError)[]> {
    try {
      return await this.commitGroup(received);
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error;
      // One event's data was refused and took the group with it: alone, each answers for itself.
      return received.length === 1 ? [error] : await this.commitOneByOne(received);
    }
  }

  private async commitOneByOne(
    received: readonly AdmittedEvent[],
  ): Promise<readonly (CommitOutcome | StoreRefusedError)[]> {
    const outcomes: (CommitOutcome | StoreRefusedError)[] = [];
    for (const one of received) outcomes.push(...(await this.commit([one])));
    return outcomes;
  }

  private async commitGroup(received: readonly AdmittedEvent[]): Promise<readonly CommitOutcome[]> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const configuration = this.configuration.current;
      const prepared = received.map((one) => {
        const source = configuration.openSource(one.brandName, one.sourceName);
        return source === undefined || !one.isAdmitted(source) ? null : prepareEvent(one, source, configuration);
      });
      const distinct = new Map<string, NewEvent>();
      for (const event of prepared)
        if (event !== null && !distinct.has(event.dedupeKey)) distinct.set(event.dedupeKey, event);
      const events = [...distinct.values()];
      const stored = events.length === 0 ? [] : await this.store.storeGroup(configuration.revision, events);
      if (stored !== 'stale') {
        const outcomes = outcomesByKey(events, stored);
        return prepared.map((event) => toOutcome(event, distinct, outcomes));
      }
      await this.configuration.refresh();
    }
    throw new Error(`The configuration changed ${MAX_ROUNDS} times while one group of events waited.`);
  }
}

function outcomesByKey(events: readonly NewEvent[], stored: readonly StoredOutcome[]): Map<string, StoredOutcome> {
  if (stored.length !== events.length) throw new Error(`${events.length} events gave ${stored.length} outcomes.`);
  const byKey = new Map<string, StoredOutcome>();
  stored.forEach((outcome, index) => {
    const event = events[index];
    if (event !== undefined) byKey.set(event.dedupeKey, outcome);
  });
  return byKey;
}

function toOutcome(
  event: NewEvent | null,
  distinct: ReadonlyMap<string, NewEvent>,
  outcomes: ReadonlyMap<string, StoredOutcome>,
): CommitOutcome {
  if (event === null) return { kind: 'sourceGone' };
  const outcome = outcomes.get(event.dedupeKey);
  const first = distinct.get(event.dedupeKey);
  if (outcome === undefined || first === undefined) throw new Error('A stored event has no outcome.');
  if (outcome.kind === 'duplicate') return outcome;
  if (first !== event) return { kind: 'duplicate', eventId: first.id };
  return {
    kind: event.quarantineReason === null ? 'accepted' : 'quarantined',
    destinationIds: event.deliveries.map((delivery) => delivery.destinationId),
  };
}
