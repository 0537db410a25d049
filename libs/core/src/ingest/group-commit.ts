import { Batcher, type BatcherOptions } from '../batcher.js';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { DirectDelivery } from '../delivery/direct-delivery.js';
import { WorkSlices } from '../work-slices.js';
import {
  StoreRefusedError,
  type EventStore,
  type NewEvent,
  type NewLease,
  type StoredOutcome,
} from './event-store.port.js';
import { prepareEvent, quarantined, UNREADABLE_TYPE, type ReceivedEvent } from './prepare-event.js';
import type { SourceCounts } from './source-counts.js';

/** Listener for stored events for which a filter exceeded its budget. */
export type OverBudgetListener = (event: NewEvent) => void;

/** Listener for stored events. Called after the commit. */
export type StoredListener = (event: NewEvent) => void;

/** Listener for calls that are prepared again, because their brand changed before they were stored. */
export type StaleListener = (calls: number) => void;

/** Limits of the groups of a {@link GroupCommit}. */
export interface GroupOptions extends BatcherOptions {
  /** Time for which the preparation of a group may block the event loop, in milliseconds. Default: `SLICE_MS`. */
  readonly sliceMs?: number;
}

/** Events of one ingest call. They are committed together and in order. */
export interface ReceivedCall {
  /** Source that authenticated the call. */
  readonly source: CompiledSource;
  readonly events: readonly ReceivedEvent[];
  /**
   * Returns true if a changed source still accepts the credentials of the call, which may have been revoked since the
   * call was authenticated.
   */
  readonly isAdmitted: (source: CompiledSource) => boolean;
}

/** Outcome of one ingest call. */
export type CallOutcome =
  | {
      readonly kind: 'stored';
      readonly events: readonly IngestedEvent[];
      /** Ids of the destinations of the call's new deliveries, except deliveries that this process sends from memory. */
      readonly destinationIds: ReadonlySet<string>;
    }
  /** The source of the call was deleted, or the call's credentials were revoked, between authentication and commit. */
  | { readonly kind: 'sourceGone' }
  /** No event of the call was stored. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Outcome of one event of a call. */
export interface IngestedEvent {
  /** Id of the event. For a duplicate, the id of the event that was stored before. */
  readonly id: string;
  readonly type: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
}

interface PreparedEvent {
  readonly received: ReceivedEvent;
  readonly event: NewEvent;
  readonly source: CompiledSource;
  readonly brand: CompiledBrand;
}

type PreparedCall =
  | { readonly kind: 'prepared'; readonly events: readonly PreparedEvent[] }
  | Exclude<CallOutcome, { readonly kind: 'stored' }>;

/** Outcome of a call in one round. A stale call was not stored, and is prepared again. */
type RoundOutcome = CallOutcome | { readonly kind: 'stale' };

/** Group of calls that are stored together. */
interface PreparedGroup {
  /** Brands of the group by name; null if the brand was deleted. All calls of a brand are prepared with one revision. */
  readonly brands: Map<string, CompiledBrand | null>;
  readonly calls: PreparedCall[];
  /** Events to be stored: for each dedupe key, the first event with this key. */
  readonly events: NewEvent[];
  /** Indexes of the events in {@link events}, by dedupe key. */
  readonly indexes: Map<string, number>;
}

/**
 * Maximum number of rounds in which a call is prepared. Each round uses the newest revision of the brand, so a further
 * round is needed only if the brand changed again.
 */
const MAX_ROUNDS = 20;

/**
 * Group commit of received calls. Calls that arrive together are stored in one commit; a call is never split. The commit
 * checks the revision of each brand. The calls of a brand whose revision is stale are prepared again with the newest
 * revision. The other calls of the group are stored and do not wait.
 */
export class GroupCommit {
  private readonly batcher: Batcher<ReceivedCall, CallOutcome>;
  /** Resolves when the newest group is prepared. */
  private preparing: Promise<void> = Promise.resolve();
  /** Stale calls that are being prepared again. */
  private readonly repeated = new Set<Promise<unknown>>();

  /** @param options limits of the groups; the size of a call is its number of events */
  constructor(
    private readonly store: EventStore,
    private readonly configuration: LiveConfiguration,
    private readonly options: GroupOptions,
    private readonly counts: Pick<SourceCounts, 'add'>,
    private readonly direct: Pick<DirectDelivery, 'begin'>,
    private readonly onOverBudget: OverBudgetListener = () => undefined,
    private readonly onStale: StaleListener = () => undefined,
    private readonly onStored: StoredListener = () => undefined,
  ) {
    this.batcher = new Batcher(this.commit.bind(this), options);
  }

  /** Returns the number of events that wait for a group. */
  get queued(): number {
    return this.batcher.queued;
  }

  /** Returns how long the oldest waiting event has waited for a group, in milliseconds. 0 if none waits. */
  get oldestWaitMs(): number {
    return this.batcher.oldestWaitMs;
  }

  /**
   * Stores a call. Resolves after the commit. Rejects if the database is unavailable; even then, the call may have been
   * stored.
   */
  add(call: ReceivedCall): Promise<CallOutcome> {
    return this.batcher.add(call, call.events.length);
  }

  /** Resolves when no call waits to be stored. */
  async drained(): Promise<void> {
    await this.batcher.drained();
    await Promise.all(this.repeated);
  }

  /**
   * Prepares and stores calls. The outcome of a stale call is a promise, so that the other calls do not wait.
   * @param round number of the round, at most {@link MAX_ROUNDS}
   */
  private async commit(
    calls: readonly ReceivedCall[],
    round = 1,
  ): Promise<readonly (CallOutcome | Promise<CallOutcome>)[]> {
    const group = await this.prepare(calls);
    const { events } = group;
    const direct = this.direct.begin();
    let stored: readonly StoredOutcome[];
    try {
      direct.reserve(events);
      const quarantine = (event: NewEvent, reason: string): NewEvent => quarantinedEvent(group, event, reason);
      stored = events.length === 0 ? [] : await this.store.storeGroup(events, quarantine, direct.leases);
      direct.start(events, stored);
    } catch (error) {
      direct.end();
      if (!(error instanceof StoreRefusedError)) throw error;
      return calls.length === 1 ? [{ kind: 'failed', error }] : await this.commitCallByCall(calls);
    }
    direct.end();
    this.counts.add(events, stored);
    for (const event of events) this.onStored(event);
    const outcomes = this.outcomesOf(group, stored);
    const stale = calls.filter((_call, index) => outcomes[index]?.kind === 'stale');
    if (stale.length > 0) this.onStale(stale.length);
    const repeated = stale.length === 0 ? [] : this.repeat(stale, round);
    return outcomes.map((outcome) => (outcome.kind === 'stale' ? takeFirst(repeated) : outcome));
  }

  /**
   * Prepares calls one group after the other, so that the store receives the groups in the order in which they were
   * formed. Yields to other work between short slices of time, because the filters of a call's events may take seconds in
   * total. An error in the preparation of one call fails only that call.
   */
  private async prepare(calls: readonly ReceivedCall[]): Promise<PreparedGroup> {
    const group: PreparedGroup = { brands: new Map(), calls: [], events: [], indexes: new Map() };
    const previous = this.preparing;
    let endPreparing: () => void = () => undefined;
    this.preparing = new Promise((resolve) => (endPreparing = resolve));
    await previous;
    const slices = new WorkSlices(this.options.sliceMs);
    for (const call of calls) {
      try {
        const { record } = call.source;
        const brand = await this.brandOf(call, group);
        const source = brand?.openSource(record.name);
        if (brand === null || source === undefined || (source !== call.source && !call.isAdmitted(source))) {
          group.calls.push({ kind: 'sourceGone' });
          continue;
        }
        const events: PreparedEvent[] = [];
        for (const received of call.events) {
          if (slices.isOver) await slices.next();
          events.push({ received, event: prepareEvent(received, source, brand), source, brand });
        }
        group.calls.push({ kind: 'prepared', events });
        for (const { event } of events) {
          if (group.indexes.has(event.dedupeKey)) continue;
          group.indexes.set(event.dedupeKey, group.events.length);
          group.events.push(event);
        }
      } catch (error) {
        group.calls.push({ kind: 'failed', error });
      }
    }
    endPreparing();
    return group;
  }

  /** Returns the brand of a call in the revision of the group. Null if the brand was deleted. */
  private async brandOf({ source }: ReceivedCall, { brands }: PreparedGroup): Promise<CompiledBrand | null> {
    const { name } = source.brand;
    const known = brands.get(name);
    if (known !== undefined) return known;
    // Only a brand that was dropped from memory since the call was authenticated makes the group wait.
    const brand = this.configuration.brandNamedIfLoaded(name) ?? (await this.configuration.brandNamed(name));
    brands.set(name, brand);
    return brand;
  }

  /** Prepares and stores stale calls again, with the newest revision. Returns one promise per call; none rejects. */
  private repeat(calls: readonly ReceivedCall[], round: number): Promise<CallOutcome>[] {
    const outcomes = this.commitAgain(calls, round + 1).catch((error: unknown) =>
      calls.map((): CallOutcome => ({ kind: 'failed', error })),
    );
    const ended = outcomes.finally(() => this.repeated.delete(ended));
    this.repeated.add(ended);
    return calls.map(async (_call, index) => (await outcomes)[index] ?? missingOutcome());
  }

  private async commitAgain(calls: readonly ReceivedCall[], round: number): Promise<readonly CallOutcome[]> {
    if (round > MAX_ROUNDS) {
      throw new Error(
        `The events of a call were not stored, because the configuration of their brand changed ${MAX_ROUNDS} times ` +
          'meanwhile. Send the events again.',
      );
    }
    await this.configuration.refresh();
    const outcomes: CallOutcome[] = [];
    for (const outcome of await this.commit(calls, round)) outcomes.push(await outcome);
    return outcomes;
  }

  /**
   * Stores each call in its own commit. Used after a group failed because one of its events cannot be stored even in
   * quarantine. With one commit per call, only the call of that event fails.
   */
  private async commitCallByCall(
    calls: readonly ReceivedCall[],
  ): Promise<readonly (CallOutcome | Promise<CallOutcome>)[]> {
    const outcomes: (CallOutcome | Promise<CallOutcome>)[] = [];
    for (const call of calls) outcomes.push(...(await this.commit([call])));
    return outcomes;
  }

  /** Returns the outcome of each call. @param stored outcomes of the group's events, in the same order */
  private outcomesOf(group: PreparedGroup, stored: readonly StoredOutcome[]): readonly RoundOutcome[] {
    if (stored.length !== group.events.length) {
      throw new Error(
        `The store returned ${stored.length} outcomes for ${group.events.length} events. This is a bug in ` +
          'EventStore.storeGroup.',
      );
    }
    const outcomes: RoundOutcome[] = [];
    for (const call of group.calls) {
      if (call.kind !== 'prepared') {
        outcomes.push(call);
        continue;
      }
      const events: IngestedEvent[] = [];
      const destinationIds = new Set<string>();
      let isStale = false;
      for (const prepared of call.events) {
        const index = group.indexes.get(prepared.event.dedupeKey) ?? -1;
        const outcome = stored[index];
        // A call has one brand, so its events are all stale or all stored.
        isStale = outcome?.kind === 'stale';
        if (outcome?.kind === 'stale') break;
        const ingested = outcomeOf(prepared, group.events[index], outcome);
        events.push(ingested);
        if (ingested.status !== 'accepted') continue;
        const { deliveries, overBudget } = prepared.event;
        const leases = leasesOf(outcome);
        for (const { id, destinationId } of deliveries) if (!leases.has(id)) destinationIds.add(destinationId);
        if (overBudget.length > 0) this.onOverBudget(prepared.event);
      }
      outcomes.push(isStale ? { kind: 'stale' } : { kind: 'stored', events, destinationIds });
    }
    return outcomes;
  }
}

function takeFirst<T>(list: T[]): T {
  return list.shift() ?? missingOutcome();
}

function missingOutcome(): never {
  throw new Error('A call of a group has no outcome. This is a bug in GroupCommit.');
}

/** Returns the quarantined form of an event of a group whose data the database rejects. */
function quarantinedEvent({ calls }: PreparedGroup, { id }: NewEvent, reason: string): NewEvent {
  for (const call of calls) {
    const prepared = call.kind === 'prepared' ? call.events.find(({ event }) => event.id === id) : undefined;
    if (prepared === undefined) continue;
    return prepareEvent(quarantined(prepared.received, reason), prepared.source, prepared.brand);
  }
  throw new Error(
    'The store rejected an event that it was not asked to store. This is a bug in EventStore.storeGroup.',
  );
}

const NO_LEASES: ReadonlyMap<string, NewLease> = new Map();

/** Returns the leases of the deliveries of a stored event, by delivery id. */
function leasesOf(outcome: StoredOutcome | undefined): ReadonlyMap<string, NewLease> {
  return outcome?.kind === 'accepted' && outcome.leases !== undefined ? outcome.leases : NO_LEASES;
}

/** Returns the outcome of one event of a call. @param first the stored event of the group with the same dedupe key */
function outcomeOf(
  { received: { content }, event }: PreparedEvent,
  first: NewEvent | undefined,
  outcome: Exclude<StoredOutcome, { readonly kind: 'stale' }> | undefined,
): IngestedEvent {
  if (outcome === undefined || first === undefined) {
    throw new Error('The store returned no outcome for an event of the group. This is a bug in EventStore.storeGroup.');
  }
  const type = content.kind === 'event' ? content.event.type : UNREADABLE_TYPE;
  if (outcome.kind === 'duplicate') return { id: outcome.eventId, type, status: 'duplicate' };
  if (first !== event) return { id: first.id, type, status: 'duplicate' };
  if (outcome.kind === 'quarantined') return { id: event.id, type: UNREADABLE_TYPE, status: 'quarantined' };
  return { id: event.id, type, status: event.quarantineReason === null ? 'accepted' : 'quarantined' };
}
