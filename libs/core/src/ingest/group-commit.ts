import { Batcher } from '../batcher.js';
import type {
  CompiledConfiguration,
  LiveConfiguration,
  CompiledSource,
} from '../configuration/compiled-configuration.js';
import { WorkSlices } from '../work-slices.js';
import { StoreRefusedError, type EventStore, type NewEvent, type StoredOutcome } from './event-store.port.js';
import { type ReceivedEvent, prepareEvent, eventTypeOf, UNREADABLE_TYPE, quarantined } from './prepare-event.js';

/** Limits of {@link GroupCommit}. */
export interface GroupCommitOptions {
  readonly lingerMs: number;
  /** Maximum events per group. A single call with more events forms its own group. */
  readonly maxGroup: number;
  readonly maxInFlight: number;
}

/**
 * Maximum number of rounds. Each round uses the newest revision, so a further round is needed only if the revision
 * changed again.
 */
const MAX_ROUNDS = 20;

/**
 * Group commit of received calls. Calls that arrive together are stored in one commit; a call is never split. Every round
 * uses one revision of the configuration, which the commit checks. If the revision is stale, the calls are prepared again
 * with the newest revision.
 */
export class GroupCommit {
  private readonly batcher: Batcher<ReceivedCall, CallOutcome>;
  private preparing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: EventStore,
    private readonly configuration: LiveConfiguration,
    options: GroupCommitOptions,
  ) {
    this.batcher = new Batcher((calls) => this.commit(calls), {
      lingerMs: options.lingerMs,
      maxBatch: options.maxGroup,
      maxInFlight: options.maxInFlight,
      sizeOf: ({ events }) => events.length,
    });
  }

  /** Returns the number of events that wait for a group. */
  get queued(): number {
    return this.batcher.queued;
  }

  /**
   * Stores a call. Resolves after the commit. Rejects if the database is unavailable; the call may be stored
   * nevertheless.
   */
  add(call: ReceivedCall): Promise<CallOutcome> {
    return this.batcher.add(call);
  }

  /** Resolves when no call waits. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  private async commit(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    try {
      return await this.commitGroup(calls);
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error;
      // One call cannot be stored even in quarantine, so the whole group failed. With one commit per call, only that call
      // fails.
      return calls.length === 1 ? [{ kind: 'failed', error }] : await this.commitCallByCall(calls);
    }
  }

  /** Prepares groups sequentially, so that they reach the store in the order in which they were formed. */
  private prepare(calls: readonly ReceivedCall[], configuration: CompiledConfiguration): Promise<PreparedGroup> {
    const prepared = this.preparing.then(() => PreparedGroup.prepare(calls, configuration));
    this.preparing = prepared.catch(() => undefined);
    return prepared;
  }

  private async commitCallByCall(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    const outcomes: CallOutcome[] = [];
    for (const call of calls) outcomes.push(...(await this.commit([call])));
    return outcomes;
  }

  private async commitGroup(calls: readonly ReceivedCall[]): Promise<readonly CallOutcome[]> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const configuration = this.configuration.current;
      const group = await this.prepare(calls, configuration);
      const stored =
        group.events.length === 0
          ? []
          : await this.store.storeGroup(configuration.revision, group.events, (event, reason) =>
              group.quarantined(event, reason),
            );
      if (stored !== 'stale') return group.outcomes(stored);
      await this.configuration.refresh();
    }
    throw new Error(
      `A group of events was not stored, because the configuration changed ${MAX_ROUNDS} times meanwhile. Send the ` +
        'events again.',
    );
  }
}

/** Events of one ingest call, committed together and in order. */
export interface ReceivedCall {
  readonly brandName: string;
  readonly sourceName: string;
  readonly events: readonly ReceivedEvent[];
  /** Returns true if the current source still accepts the call's credentials, which may have been revoked meanwhile. */
  readonly isAdmitted: (source: CompiledSource) => boolean;
}

/** Outcome of one call. */
export type CallOutcome =
  | { readonly kind: 'stored'; readonly events: readonly EventOutcome[] }
  /** Its source was deleted, or its credentials were revoked, between authentication and commit. */
  | { readonly kind: 'sourceGone' }
  /** None of its events was stored. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Outcome of one event of a call. */
export interface EventOutcome {
  /** Id of the event. For a duplicate, the id of the event that was stored before. */
  readonly id: string;
  readonly type: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
  /** Ids of the destinations of its new deliveries. */
  readonly destinationIds: readonly string[];
}

interface PreparedEvent {
  readonly received: ReceivedEvent;
  readonly event: NewEvent;
  readonly source: CompiledSource;
}

type PreparedCall =
  | { readonly kind: 'prepared'; readonly events: readonly PreparedEvent[] }
  | Exclude<CallOutcome, { readonly kind: 'stored' }>;

/** Group of calls that are stored together, prepared by one revision of the configuration. */
export class PreparedGroup {
  /** First event of each dedupe key. */
  private readonly distinct = new Map<string, PreparedEvent>();
  private readonly byId = new Map<string, PreparedEvent>();

  private constructor(
    private readonly calls: readonly PreparedCall[],
    private readonly configuration: CompiledConfiguration,
  ) {
    for (const call of this.calls) {
      if (call.kind !== 'prepared') continue;
      for (const prepared of call.events) {
        if (this.distinct.has(prepared.event.dedupeKey)) continue;
        this.distinct.set(prepared.event.dedupeKey, prepared);
        this.byId.set(prepared.event.id, prepared);
      }
    }
  }

  /** Prepares calls in slices, because the filters of a call's events may take seconds in total. */
  static async prepare(calls: readonly ReceivedCall[], configuration: CompiledConfiguration): Promise<PreparedGroup> {
    const slices = new WorkSlices();
    const prepared: PreparedCall[] = [];
    for (const call of calls) prepared.push(await prepareCall(call, configuration, slices));
    return new PreparedGroup(prepared, configuration);
  }

  /** Returns the events to be stored: the first event of each dedupe key. */
  get events(): readonly NewEvent[] {
    return [...this.distinct.values()].map(({ event }) => event);
  }

  /** Returns the quarantined form of an event of this group whose data the database rejects. */
  quarantined(event: NewEvent, reason: string): NewEvent {
    const prepared = this.byId.get(event.id);
    if (prepared === undefined)
      throw new Error(
        'The store rejected an event that it was not asked to store. This is a bug in EventStore.storeGroup.',
      );
    return prepareEvent(quarantined(prepared.received, reason), prepared.source, this.configuration);
  }

  /** Returns the outcome of each call. @param stored outcomes of {@link events}, in order */
  outcomes(stored: readonly StoredOutcome[]): readonly CallOutcome[] {
    if (stored.length !== this.distinct.size) {
      throw new Error(
        `The store returned ${stored.length} outcomes for ${this.distinct.size} events. This is a bug in ` +
          'EventStore.storeGroup.',
      );
    }
    const byKey = new Map<string, StoredOutcome>();
    [...this.distinct.keys()].forEach((key, index) => {
      const outcome = stored[index];
      if (outcome !== undefined) byKey.set(key, outcome);
    });
    return this.calls.map((call) =>
      call.kind === 'prepared'
        ? { kind: 'stored', events: call.events.map((prepared) => this.outcomeOf(prepared, byKey)) }
        : call,
    );
  }

  private outcomeOf(prepared: PreparedEvent, stored: ReadonlyMap<string, StoredOutcome>): EventOutcome {
    const { received, event } = prepared;
    const outcome = stored.get(event.dedupeKey);
    const first = this.distinct.get(event.dedupeKey);
    if (outcome === undefined || first === undefined)
      throw new Error(
        'The store returned no outcome for an event of the group. This is a bug in EventStore.storeGroup.',
      );
    const type = eventTypeOf(received);
    if (outcome.kind === 'duplicate') return { id: outcome.eventId, type, status: 'duplicate', destinationIds: [] };
    if (first !== prepared) return { id: first.event.id, type, status: 'duplicate', destinationIds: [] };
    if (outcome.kind === 'quarantined') {
      return { id: event.id, type: UNREADABLE_TYPE, status: 'quarantined', destinationIds: [] };
    }
    return {
      id: event.id,
      type,
      status: event.quarantineReason === null ? 'accepted' : 'quarantined',
      destinationIds: event.deliveries.map(({ destinationId }) => destinationId),
    };
  }
}

/** Prepares one call. An error fails only this call, not the other calls of its group. */
async function prepareCall(
  call: ReceivedCall,
  configuration: CompiledConfiguration,
  slices: WorkSlices,
): Promise<PreparedCall> {
  const source = configuration.openSource(call.brandName, call.sourceName);
  if (source === undefined || !call.isAdmitted(source)) return { kind: 'sourceGone' };
  try {
    const events = await slices.map(call.events, (received) => ({
      received,
      event: prepareEvent(received, source, configuration),
      source,
    }));
    return { kind: 'prepared', events };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
