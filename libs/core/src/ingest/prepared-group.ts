import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { NewEvent, StoredOutcome } from './event-store.port.js';
import { WorkSlices } from '../work-slices.js';
import { prepareEvent, eventTypeOf, UNREADABLE_TYPE, type ReceivedEvent } from './prepare-event.js';
import { quarantined } from './quarantine.js';
import type { CallOutcome, EventOutcome, ReceivedCall } from './received-call.js';

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
