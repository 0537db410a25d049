import { jsonObjectIn, type Json } from '@patchbay/plugin-sdk';
import { Stopwatch } from '../clock.js';
import type {
  BrandRecord,
  DestinationRecord,
  SubscriptionVersionRecord,
} from '../configuration/configuration-snapshot.js';
import { parsePersonal, serialisePersonal } from '../event/privacy.js';
import type { LeaseRequests, NewDelivery, NewEvent, NewLease, StoredOutcome } from '../ingest/event-store.port.js';
import type { ClaimedDelivery, ClaimedEvent } from './delivery.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { Dispatcher, ReservedCall } from './worker.js';

/** Parts of the configuration that decide if a delivery may be sent from memory. */
export interface DirectCandidate {
  readonly subscription: Pick<SubscriptionVersionRecord, 'destinationId' | 'messaging'>;
  /** Undefined if the destination is unknown. */
  readonly destination: Pick<DestinationRecord, 'messaging'> | undefined;
  readonly brand: Pick<BrandRecord, 'caps' | 'lookups'>;
  /** True if the delivery has an order key. */
  readonly isOrdered: boolean;
  /** Delay of the first attempt, in milliseconds. */
  readonly delayMs: number;
}

/**
 * Returns true if no order, route, delay or messaging rule applies to a new delivery. The process that stores the
 * delivery may then send it from memory.
 */
export function mayBeDirect({ subscription, destination, brand, isOrdered, delayMs }: DirectCandidate): boolean {
  if (isOrdered || delayMs > 0 || subscription.destinationId === null || subscription.messaging !== null) return false;
  if (destination === undefined || destination.messaging !== undefined) return false;
  return brand.caps === undefined && brand.lookups.consent === undefined;
}

/** Delivery of new events from memory, by the process that stores the events. */
export class DirectDelivery {
  private started = false;

  constructor(
    private readonly dispatcher: DirectDispatcher,
    private readonly log: Pick<DispatcherLog, 'fault'>,
  ) {}

  /** Allows deliveries from memory. Called when this process begins to deliver. */
  start(): void {
    this.started = true;
  }

  /** Begins a group of events. The caller must end the group. */
  begin(): DirectGroup {
    return new DirectGroup(this.dispatcher, this.log, this.started);
  }
}

/** Methods of the dispatcher that send deliveries from memory. */
type DirectDispatcher = Pick<Dispatcher, 'reserveCall' | 'deliver' | 'releaseCall'>;

/** Delivery that was stored as leased to this process. */
interface LeasedDelivery {
  readonly event: NewEvent;
  readonly delivery: NewDelivery;
  readonly lease: NewLease;
  readonly call: ReservedCall;
}

/** Group of events that are stored together. Calls are reserved for some of their deliveries. */
export class DirectGroup {
  private readonly calls = new Map<string, ReservedCall>();
  /** Leases to request when the group is stored, by delivery id. */
  readonly leases: LeaseRequests = this.calls;
  /** Started before the group is stored, so that this process never assumes a lease that has expired. */
  private readonly sinceClaim = new Stopwatch();

  constructor(
    private readonly dispatcher: DirectDispatcher,
    private readonly log: Pick<DispatcherLog, 'fault'>,
    private readonly isAllowed: boolean,
  ) {}

  /** Reserves calls before the events are stored. A delivery without a call is claimed later. */
  reserve(events: readonly NewEvent[]): void {
    if (!this.isAllowed) return;
    for (const { deliveries } of events) {
      for (const { id, destinationId, mayBeDirect: isCandidate } of deliveries) {
        const call = isCandidate === true ? this.dispatcher.reserveCall(destinationId) : null;
        if (call !== null) this.calls.set(id, call);
      }
    }
  }

  /**
   * Sends the deliveries that were stored as leased to this process. Called after the commit. Returns before anything is
   * sent, so that the sender of the events gets its answer first.
   * @param outcomes outcomes of the events, in order
   */
  start(events: readonly NewEvent[], outcomes: readonly StoredOutcome[]): void {
    if (this.calls.size === 0) return;
    const now = performance.now();
    const leased: LeasedDelivery[] = [];
    for (const [index, event] of events.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'accepted' || outcome.leases === undefined) continue;
      for (const delivery of event.deliveries) {
        const call = this.calls.get(delivery.id);
        if (call === undefined) continue;
        const lease = outcome.leases.get(delivery.id);
        if (lease === undefined) {
          call.queue.refuseDirect(now);
          continue;
        }
        this.calls.delete(delivery.id);
        leased.push({ event, delivery, lease, call });
      }
    }
    if (leased.length > 0) setImmediate(() => this.deliver(leased));
  }

  /** Releases the calls of all deliveries that were not started. */
  end(): void {
    for (const call of this.calls.values()) this.dispatcher.releaseCall(call);
    this.calls.clear();
  }

  private deliver(leased: readonly LeasedDelivery[]): void {
    let stored: ClaimedEvent | null = null;
    for (const { event, delivery, lease, call } of leased) {
      try {
        if (stored?.id !== event.id) stored = storedForm(event);
        this.dispatcher.deliver(call, directDelivery(event, delivery, lease, stored), this.sinceClaim);
      } catch (error) {
        // The lease expires, and the delivery is then claimed.
        this.log.fault(error, `delivery ${delivery.id} from memory`);
        this.dispatcher.releaseCall(call);
      }
    }
  }
}

function directDelivery(
  { retentionDays, brandId }: NewEvent,
  { id, destinationId, subscriptionId, subscriptionVersionId }: NewDelivery,
  { token, destinationVersion, pauseSeq }: NewLease,
  event: ClaimedEvent,
): ClaimedDelivery {
  return {
    event,
    id,
    token,
    retentionDays,
    brandId,
    destinationId,
    undecided: false,
    destinationVersion,
    pauseSeq,
    subscriptionId,
    subscriptionVersionId,
    countedAttempts: 0,
    attempts: 0,
    order: null,
    pendingSince: null,
    externalId: null,
    confirmed: false,
    outdated: false,
    messaging: null,
    direct: true,
  };
}

/**
 * Returns an event as a claim would read it from the database. JSON has no `-0`, `Infinity` or `undefined`, and text
 * columns replace lone surrogates. Throws if the data nest too deeply, which ingest refuses.
 */
export function storedForm(event: NewEvent): ClaimedEvent {
  const { id, customer = null, personal = [] } = event;
  const customerId = event.customerIds[0]?.toWellFormed() ?? null;
  const data = isSameInJson(event.data) ? event.data : jsonObjectIn(JSON.stringify(event.data));
  if (data === undefined) throw new Error(`The data of event ${id} cannot be read back from JSON. This is a bug.`);
  const isPersonalSame = personal.every(({ value }) => isSameInJson(value));
  return {
    id,
    type: event.type.toWellFormed(),
    sourceId: event.sourceId,
    customerId,
    customerKey: customer?.key.toWellFormed() ?? customerId,
    occurredAt: event.occurredAt,
    receivedAt: event.receivedAt,
    data,
    sealed: event.sealed,
    traceparent: event.traceparent,
    personal: isPersonalSame ? personal : parsePersonal(serialisePersonal(personal)),
  };
}

/** Returns true if a value stays the same when it is written as JSON and read again. Nearly all values do. */
function isSameInJson(value: Json | undefined): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isSameInJson);
  return value !== undefined;
}
