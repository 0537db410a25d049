import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { openCredentials } from '../configuration/stored-brand.js';
import { unknownSource, type MessageBuilder, type MessageDraft, type RenderedMessage } from './build-message.js';
import type { Claims } from './destination-queue.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type {
  BatchedMessage,
  BeforeWrite,
  DeliverRequest,
  DestinationGateway,
  OpenDestination,
} from './destination-gateway.port.js';
import type { RateReservation } from './destination-rate-limiter.js';
import type { Destinations, EffectiveDestination, StoredValuesCheck } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { InvalidDestinations } from './invalid-destinations.js';
import { LEASE_ENDING, type Lease } from './lease.js';
import type { PausedDestinations } from './paused-destinations.js';
import type { SuppressionList } from '../suppressions/suppression-list.js';
import type { CallTrace } from '../tracing/traces.port.js';
import { addressesIn } from '../suppressions/suppression.js';
import type { WorkerRing } from './worker-ring.js';

/**
 * Function that returns the public status callback URL of a delivery, with `delivery=<id>` in its query. Undefined if
 * the hub's public URL is not configured.
 */
export type StatusCallbackUrls = (destination: DestinationRecord, deliveryId: string) => string | undefined;

/** Dependencies of {@link AttemptDelivery}. */
export interface AttemptParts {
  readonly configuration: LiveConfiguration;
  readonly destinations: Pick<Destinations, 'find' | 'findIn'>;
  readonly storedValues: StoredValuesCheck;
  readonly invalidDestinations: Pick<InvalidDestinations, 'pause'>;
  readonly paused: Pick<PausedDestinations, 'pauseSeqs'>;
  readonly claims: { readonly marks: Pick<Claims['marks'], 'add'> };
  readonly ring: Pick<WorkerRing, 'owns'>;
  readonly messages: Pick<MessageBuilder, 'prepare' | 'render'>;
  readonly gateway: Pick<DestinationGateway, 'deliver' | 'poll'>;
  readonly statusCallbackUrl: StatusCallbackUrls;
  readonly suppressions: Pick<SuppressionList, 'report'>;
  readonly log: Pick<DispatcherLog, 'fault'>;
}

/** Lease and rate slots of one attempt. */
export interface CallPermit {
  readonly lease: Lease;
  /** Rate slots of the attempt. Null if the destination has no rate limit. */
  readonly reservation: RateReservation | null;
  /** Signal that fires when the grace period of a shutdown ends. */
  readonly signal: AbortSignal;
  /** Span of the attempt. Left out if the attempt is not traced. */
  readonly trace?: CallTrace;
}

/** Outcome of an attempt that the vendor or the network refused. */
type FailedOutcome = Extract<AttemptOutcome, { kind: DeliveryErrorKind }>;

/** Outcome of an attempt in which the vendor refused addresses of the message for good. */
type RefusingOutcome = Extract<AttemptOutcome, { kind: 'accepted' | DeliveryErrorKind }>;

/** Inputs of one attempt, in addition to the delivery. */
export interface AttemptContext extends CallPermit {
  readonly brand: CompiledBrand;
  readonly destination: EffectiveDestination;
  readonly record: DestinationRecord;
}

/**
 * Attempts claimed deliveries: opens the event, looks up the customer, maps the event to a message, then checks and
 * sends the message.
 */
export class AttemptDelivery {
  /** Opened destinations, which are kept as long as their brand. */
  private readonly opened = new WeakMap<DestinationRecord, OpenDestination>();

  constructor(private readonly parts: AttemptParts) {}

  /**
   * Makes one attempt with the current version of the destination, or polls the vendor of a pending delivery. Never
   * throws. If the hub itself fails, the outcome says so, and no attempt is counted.
   * @returns `release` if this process must not call the destination now, or if no process may call the destination any
   * more
   */
  async attempt(delivery: ClaimedDelivery, permit: CallPermit): Promise<AttemptOutcome | 'release'> {
    const { messages, claims, gateway, log } = this.parts;
    try {
      const context = await this.contextOf(delivery, permit);
      if (context === null) return 'release';
      const { brand, destination, record, lease, reservation, signal, trace } = context;
      const { pendingSince, externalId } = delivery;
      if (pendingSince !== null && externalId !== null) return await this.poll(delivery, externalId, context);

      const draft = await messages.prepare(delivery, record, brand);
      if (draft.kind !== 'draft') return draft;
      const rendered = await messages.render(draft, signal, trace);
      if (rendered.kind !== 'rendered') return rendered;
      if (reservation !== null && !(await reservation.waitForStart())) return 'release';
      const request = this.requestOf(delivery, context, draft, rendered);
      // If this process dies during the call, the mark makes the outcome unconfirmed. Without the mark, the delivery
      // would be sent again or a fallback step would start, and the customer could receive both messages.
      const needsMark = destination.retry.onUnconfirmed === 'hold' || delivery.messaging?.on !== undefined;
      if (needsMark && !(await claims.marks.add(delivery))) return LEASE_ENDING;
      if (!mayStart(lease.sinceClaim.elapsedMs, lease.leaseMs, destination.timeLimitMs)) return LEASE_ENDING;
      const answered = await gateway.deliver(request);
      const outcome = 'refused' in answered ? await this.withoutRefused(draft, rendered, answered) : answered;
      if ('suppress' in outcome && !(await this.suppress(draft, rendered, outcome))) return NOT_SUPPRESSED;
      return outcome === NOT_NOW ? 'release' : outcome;
    } catch (error) {
      log.fault(error, `delivery ${delivery.id}`);
      return FAILED_IN_HUB;
    }
  }

  /**
   * Finds the destination of an attempt in the current configuration. Returns null if the destination may not be
   * called.
   */
  async contextOf(delivery: ClaimedDelivery, permit: CallPermit): Promise<AttemptContext | null> {
    const { configuration, destinations, paused, storedValues, invalidDestinations } = this.parts;
    let brand = await configuration.brand(delivery.brandId);
    if (brand !== null && isOlderThanClaim(brand, delivery)) {
      await configuration.refresh();
      brand = await configuration.brand(delivery.brandId);
    }
    if (brand === null) return null;
    const destination = destinations.findIn(brand, delivery.destinationId);
    const { record } = destination;
    // The destination was paused or removed after the claim, so the delivery waits or ends together with the
    // destination.
    if (record === undefined || record.disabled || isPausedSince(delivery, paused)) return null;
    const problem = storedValues.problemOf(record, brand.brand);
    if (problem === null) return { brand, destination, record, ...permit };
    await invalidDestinations.pause(record, problem);
    return null;
  }

  /** Adds the recipients of a refused message to the suppression list. Returns false if the list could not be written. */
  async suppress(
    { due }: MessageDraft,
    { recipients }: RenderedMessage,
    { suppress, vendorCode }: FailedOutcome,
  ): Promise<boolean> {
    if (suppress === undefined) return true;
    const { brand } = due.source;
    const { destination, channel } = due;
    const report = { brand, destination, channel, origin: 'answer', detail: vendorCode ?? null } as const;
    try {
      await this.parts.suppressions.report(report, recipients, suppress);
      return true;
    } catch (error) {
      this.parts.log.fault(error, `suppression by delivery ${due.delivery.id}`);
      return false;
    }
  }

  /**
   * Adds the refused addresses of a list in the message to the suppression list, and removes them from the outcome. If the
   * list cannot be written, the outcome stays, because a retry would send the message to the other addresses again.
   */
  async withoutRefused(
    { due, addressPathsOf }: MessageDraft,
    { message }: RenderedMessage,
    { refused = [], ...outcome }: RefusingOutcome,
  ): Promise<AttemptOutcome> {
    const { brand } = due.source;
    const report = {
      brand,
      destination: due.destination,
      channel: due.channel,
      origin: 'answer',
      detail: null,
    } as const;
    for (const { kind, value } of addressesIn(message, addressPathsOf(message), 'in lists')) {
      const found = refused.find(({ address }) => address.kind === kind && address.value === value);
      if (found === undefined) continue;
      await this.parts.suppressions.report(report, [found.address], found.reason).catch((error: unknown) => {
        this.parts.log.fault(error, `suppression by delivery ${due.delivery.id}`);
      });
    }
    return outcome;
  }

  private requestOf(
    delivery: ClaimedDelivery,
    context: AttemptContext,
    draft: MessageDraft,
    rendered: RenderedMessage,
  ): DeliverRequest {
    const { record, destination, signal, trace } = context;
    return {
      destination: this.open(record, draft.due.source, destination.timeLimitMs),
      ...this.messageOf(delivery, record, draft, rendered),
      beforeWrite: this.writeGuard(delivery, context),
      signal,
      trace,
    };
  }

  /** Returns a rendered message with the data of its delivery that the plugin gets. */
  messageOf(
    { id, attempts }: ClaimedDelivery,
    record: DestinationRecord,
    draft: MessageDraft,
    { message, lookedUp }: RenderedMessage,
  ): BatchedMessage {
    const statusCallbackUrl = draft.hasStatusCallback ? this.parts.statusCallbackUrl(record, id) : undefined;
    return {
      message,
      event: draft.due.event,
      lookedUp,
      personal: draft.personal,
      delivery: {
        id,
        attempt: attempts + 1,
        idempotencyKey: id,
        ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
      },
    };
  }

  /** Polls the vendor for the result of a pending delivery. Throws if the hub itself is at fault. */
  private async poll(
    delivery: ClaimedDelivery,
    externalId: string,
    context: AttemptContext,
  ): Promise<AttemptOutcome | 'release'> {
    const { brand, record, reservation, signal, trace } = context;
    const source = brand.source(delivery.event.sourceId);
    if (source === undefined) throw unknownSource(delivery);
    if (reservation !== null && !(await reservation.waitForStart())) return 'release';
    const destination = this.open(record, source, context.destination.timeLimitMs);
    const beforeWrite = this.writeGuard(delivery, context);
    const { id: deliveryId } = delivery;
    const outcome = await this.parts.gateway.poll({ destination, deliveryId, externalId, beforeWrite, signal, trace });
    return outcome === NOT_NOW ? 'release' : outcome;
  }

  /**
   * Checks lease, pause, ownership and rate limit before each write. The first request that delivers the message takes
   * the write slot, after all other checks. A refused request therefore uses no slot. Later requests of the attempt
   * belong to the same message, and a pause does not separate them from the first.
   */
  writeGuard(delivery: ClaimedDelivery, context: AttemptContext): BeforeWrite {
    const { configuration, destinations, paused, ring } = this.parts;
    const { lease, reservation, brand, destination, record } = context;
    const { sinceClaim, leaseMs } = lease;
    const { id } = record;
    let begun = false;
    return ({ delivers }) => {
      if (!mayWrite(sinceClaim.elapsedMs, leaseMs)) return LEASE_ENDING;
      if (!delivers) return null;
      if (!begun && isPausedSince(delivery, paused)) return NOT_NOW;
      if (reservation?.taken !== true) {
        // Only a destination with a rate limit requires that this worker is still the owner at the write. The rate limit
        // may have been configured after the claim.
        const { limits, groupKey } =
          configuration.brandIfLoaded(brand.id) === brand ? destination : destinations.find(id);
        if (limits.rate !== undefined && !ring.owns(groupKey ?? id)) return NOT_NOW;
        const milliseconds = reservation === null ? 0 : reservation.takeWriteSlot();
        if (milliseconds !== 0) {
          // The time limit of the attempt starts after the wait for the rate limit.
          const { timeLimitMs } = destination;
          if (milliseconds === null || !mayStart(sinceClaim.elapsedMs + milliseconds, leaseMs, timeLimitMs)) {
            return NOT_NOW;
          }
          return { kind: 'delay', milliseconds };
        }
      }
      begun = true;
      return null;
    };
  }

  /** Opens the credentials of a destination, once per load of its brand. */
  open(record: DestinationRecord, { brand }: CompiledSource, timeoutMs: number): OpenDestination {
    const { id, brandId, type, version, settings } = record;
    const known = this.opened.get(record);
    if (known !== undefined) return known;
    const credentials = openCredentials(record, brand);
    const opened: OpenDestination = {
      ...{ id, brandId, brandName: brand.name, type, version },
      ...{ credentials, settings, timeoutMs },
    };
    this.opened.set(record, opened);
    return opened;
  }
}

/** Outcome if the hub itself failed before the message was sent. */
export const FAILED_IN_HUB: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The attempt failed within the hub. The hub retries the delivery automatically.',
};

/**
 * Outcome if nothing was sent: the destination was paused, the rate limit allows no call soon, or another worker owns the
 * destination now.
 */
export const NOT_NOW: AttemptOutcome = {
  kind: 'internal_error',
  message:
    'The call was not made, because the destination was paused, the rate limit allows no call now, or another worker ' +
    'owns the destination. The hub sends the delivery later.',
};

/**
 * Outcome if the vendor refused the address, but the suppression list could not be written. The vendor did not accept
 * the message, so the hub may ask again. A fallback step that started now would find the list without the address.
 */
export const NOT_SUPPRESSED: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The suppression list could not be written. The hub retries the delivery automatically.',
};

/**
 * Returns true if the brand in memory is older than the claim, because it lacks the destination's claimed version or the
 * source.
 */
function isOlderThanClaim(brand: CompiledBrand, delivery: ClaimedDelivery): boolean {
  const known = brand.destinations.get(delivery.destinationId);
  if (known === undefined || known.version < delivery.destinationVersion) return true;
  return brand.source(delivery.event.sourceId) === undefined;
}

/**
 * Returns true if the destination was paused after the claim. The claim may be newer than the last heartbeat, and then
 * shows that the known pause has ended.
 */
function isPausedSince(
  { destinationId, pauseSeq }: ClaimedDelivery,
  { pauseSeqs }: Pick<PausedDestinations, 'pauseSeqs'>,
): boolean {
  return (pauseSeqs.get(destinationId) ?? 0) > pauseSeq;
}

/** Time that an aborted plugin call may take to end, in milliseconds. The lease must also cover this time. */
const LATE_STOP_MS = 2_000;

/**
 * Returns true if an attempt that starts now ends before its lease expires. An attempt that starts later could overlap
 * with an attempt of the delivery's next owner.
 * @param elapsedMs milliseconds since a moment before the claim was requested
 */
export function mayStart(elapsedMs: number, leaseMs: number, timeLimitMs: number): boolean {
  return elapsedMs <= leaseMs - timeLimitMs - LATE_STOP_MS;
}

/**
 * Returns true if a request may still be written to its socket under the attempt's lease. An attempt that started in
 * time may write late, because its process was suspended, or because its timeout has not fired yet.
 * @param elapsedMs milliseconds since a moment before the claim was requested
 */
export function mayWrite(elapsedMs: number, leaseMs: number): boolean {
  return elapsedMs <= leaseMs - LATE_STOP_MS;
}
