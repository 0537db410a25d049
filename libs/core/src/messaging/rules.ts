import type { EventEnvelope, JsonObject, MessagingChannel } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type {
  CancelOnSpec,
  DestinationMessagingSpec,
  MessagePurpose,
  QuietHoursSpec,
  QuotaExcess,
} from '../configuration/brand-definition.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { ConsentRules } from '../configuration/lookups.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { AttemptOutcome, ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import { openEvent } from '../event/privacy.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { valueAt } from '../event/paths.js';
import { timeOfUuidV7 } from '../ids.js';
import { consentRulesFor } from '../delivery/consent.js';
import type { Recipient } from '../delivery/recipient.js';
import { capOf, capReason } from './caps.js';
import type { DeliveryMessaging } from './delivery-messaging.js';
import { DestinationRules, type RuledMessage } from './destination-rules.js';
import { MAX_DIGEST_EVENTS } from './digest.js';
import type { MessagingStore, DigestMember, DigestMemberEnd } from './messaging-store.port.js';
import { quietUntil, formatInZone, zoneOf } from './quiet-hours.js';

/** Message that is due, and the rules that apply to it. */
export interface DueMessage {
  readonly delivery: ClaimedDelivery;
  readonly event: EventEnvelope;
  readonly source: CompiledSource;
  readonly configuration: CompiledBrand;
  /** Channel of the destination's type. Null if the message is not for a customer. */
  readonly channel: MessagingChannel | null;
  /** Fate of the messages over a quota of the destination, if the brand does not decide. */
  readonly quotaExcess: QuotaExcess;
  /** Name of the destination. */
  readonly destination: string;
  /**
   * Messaging rules of the subscription. Null if the subscription has no messaging rules; the message is then
   * promotional.
   */
  readonly messaging: MessagingRecord | null;
  /** Messaging rules of the destination. Left out if the destination has none or is undecided. */
  readonly destinationRules?: DestinationMessagingSpec | undefined;
}

/** Message whose destination may still be undecided. */
type UndecidedMessage = Omit<DueMessage, 'channel' | 'quotaExcess' | 'destination'>;

/** Outcome of a message that a messaging rule delays or ends. */
type Stopped = Extract<AttemptOutcome, { kind: 'deferred' | 'suppressed' | 'cancelled' }>;

const EXPIRED = 'expired';

/** Maximum time, in milliseconds, by which a cancelling event may be received before the event that it cancels. */
const CANCELLING_EVENT_LOOKBACK_MS = 86_400_000;

/**
 * Checks a due message against its subscription's messaging rules, in the order of decision 0026: {@link
 * expiredOrCancelled}, {@link quietHours}, {@link digestMembers}, {@link overCap}. Consent is checked before {@link
 * overCap}. Only {@link overCap} applies to a delivery that a person redelivered. The rules of the destination come last,
 * see {@link stoppedByDestination}.
 */
export class MessagePolicy {
  private readonly destinationRules: DestinationRules;

  constructor(
    private readonly store: MessagingStore,
    private readonly clock: Clock,
  ) {
    this.destinationRules = new DestinationRules(store, clock);
  }

  /** Returns the consent rules that apply to the message. Undefined if it needs no consent. */
  consentRules(due: DueMessage): ConsentRules | undefined {
    const { channel, source } = due;
    if (channel === null) return undefined;
    return consentRulesFor({ purpose: purposeOf(due), source }, source.brand.lookups);
  }

  /** Returns the paths of the recipient that the messaging rules read. */
  recipientReads(due: DueMessage): readonly string[] {
    return quietHoursOf(due) === undefined ? [] : ['recipient.timezone'];
  }

  /** Returns the outcome if the message is too old or an event cancelled it. Null if neither is the case. */
  async expiredOrCancelled(due: UndecidedMessage): Promise<Stopped | null> {
    const rules = rulesOf(due);
    if (rules === null) return null;
    const { delivery, event } = due;
    if (isExpired(messageCreatedAt(delivery.id, delivery.messaging), rules.expireAfterMs, this.clock.now())) {
      return { kind: 'suppressed', message: EXPIRED };
    }
    // An event cancels single messages, never a digest of several events.
    if (delivery.messaging?.digest !== undefined && delivery.messaging.digest.length > 0) return null;
    const reason = await this.cancelReasonFor(due, event);
    return reason === null ? null : { kind: 'cancelled', message: reason };
  }

  /** Returns the outcome if quiet hours apply now in the recipient's time zone; null if quiet hours do not apply. */
  quietHours(due: DueMessage, recipient: Recipient): Stopped | null {
    const spec = quietHoursOf(due);
    if (spec === undefined) return null;
    const zone = zoneOf(recipient['timezone'], due.source.brand.timezone);
    const until = quietUntil(spec, zone, this.clock.now());
    return until === null
      ? null
      : { kind: 'deferred', until, message: `quiet hours until ${formatInZone(until, zone)}` };
  }

  /**
   * Returns the events of the message other than the event of its own delivery. The first call closes the digest.
   * @returns null if the lease is lost
   */
  async digestMembers(due: DueMessage): Promise<readonly EventEnvelope[] | null> {
    const { delivery } = due;
    const isDigest = rulesOf(due)?.digestMs !== undefined && stepOf(due) === 0 && delivery.event.customerKey !== null;
    const ids = delivery.messaging?.digest ?? (isDigest ? await this.closeDigest(due) : []);
    if (ids === null) return null;
    const events = ids.length === 0 ? [] : await this.store.events(ids, delivery);
    return events.map((event) => this.opened(due, event)).filter((event) => event !== undefined);
  }

  /**
   * Returns the outcome if the brand's cap is reached. Null if the message may be sent. If the message counts against
   * the cap, it then holds a slot of the cap.
   */
  async overCap(due: DueMessage): Promise<Stopped | null> {
    const { delivery, source, channel } = due;
    const { brandId } = delivery;
    const { customerKey } = delivery.event;
    const cap = capOf({ brandId, customerId: customerKey, channel, purpose: purposeOf(due) }, source.brand.caps);
    if (cap === null) return null;
    const { key, max, perMs } = cap;
    const others = await this.store.takeSlot({ key, delivery, max, perMs, now: this.clock.now() });
    return others === null ? null : { kind: 'suppressed', message: capReason(cap, others) };
  }

  /** Returns the outcome if the destination has used up its quota, as far as this process knows. */
  async quotaUsedUp(due: DueMessage): Promise<Stopped | null> {
    const ruled = ruledMessage(due);
    return ruled === null ? null : this.destinationRules.usedUp(ruled);
  }

  /**
   * Returns the outcome if a messaging rule of the destination stops the message. Null if the message may be sent. It
   * then counts against the rules.
   */
  async stoppedByDestination(due: DueMessage): Promise<Stopped | null> {
    const ruled = ruledMessage(due);
    return ruled === null ? null : this.destinationRules.stop(ruled);
  }

  private async closeDigest(due: DueMessage): Promise<readonly string[] | null> {
    const members = await this.store.digestMembers(due.delivery, MAX_DIGEST_EVENTS - 1);
    const mayBeCancelled = due.messaging?.cancelOn !== undefined && (await this.anyCancelled(due, members));
    const ends: DigestMemberEnd[] = [];
    for (const member of members) ends.push(await this.endOf(member, due, mayBeCancelled));
    return this.store.closeDigest(due.delivery, ends);
  }

  /**
   * Returns true if an event cancelled any member of the digest. Needs one query. The result is nearly always false.
   */
  private async anyCancelled(due: DueMessage, members: readonly DigestMember[]): Promise<boolean> {
    const events = members.map(({ event }) => this.opened(due, event)).filter((event) => event !== undefined);
    return (await this.cancellingEventOf(due, events)) !== null;
  }

  private async endOf({ id, event }: DigestMember, due: DueMessage, mayBeCancelled: boolean): Promise<DigestMemberEnd> {
    if (isExpired(messageCreatedAt(id, null), due.messaging?.expireAfterMs, this.clock.now())) {
      return { id, state: 'suppressed', reason: EXPIRED };
    }
    const opened = mayBeCancelled ? this.opened(due, event) : undefined;
    const reason = opened === undefined ? null : await this.cancelReasonFor(due, opened);
    return reason === null ? { id, state: 'merged', reason: null } : { id, state: 'cancelled', reason };
  }

  /**
   * Returns the reason if another event cancelled the message of the given event; null if no event cancelled the
   * message.
   */
  private async cancelReasonFor(due: UndecidedMessage, event: EventEnvelope): Promise<string | null> {
    const cancelling = await this.cancellingEventOf(due, [event]);
    return cancelling === null ? null : cancelReason(cancelling);
  }

  /**
   * Returns the first event that cancels any of the given events, which all have the same customer; null if there is no
   * such event.
   */
  private async cancellingEventOf(
    due: UndecidedMessage,
    events: readonly EventEnvelope[],
  ): Promise<ClaimedEvent | null> {
    const { messaging, delivery, source } = due;
    const rule = messaging?.cancelOn;
    if (rule === undefined) return null;
    // The cancelling event may contain only one of the customer's ids.
    const { customerKey, customerId } = delivery.event;
    const customerIds = [...new Set([customerKey, customerId])].filter((id) => id !== null);
    if (customerIds.length === 0) return null;
    const cancellable = events
      .map((event) => ({ id: event.id, about: referencesOf(event, rule, source.adapter) }))
      .filter(({ about }) => about.size > 0);
    if (cancellable.length === 0) return null;
    return this.store.findCancellingEvent(
      {
        brandId: delivery.brandId,
        customerIds,
        types: rule.events,
        occurredFrom: Math.min(...events.map(({ occurredAt }) => Date.parse(occurredAt))),
        receivedFrom:
          Math.min(...events.map(({ receivedAt }) => Date.parse(receivedAt))) - CANCELLING_EVENT_LOOKBACK_MS,
        now: this.clock.now(),
        retentionDays: delivery.retentionDays,
      },
      (found) => {
        const from = due.configuration.source(found.sourceId);
        if (from === undefined) return false;
        const about = referencesOf(openEvent(found, from), rule, from.adapter);
        return cancellable.some((one) => one.id !== found.id && shareReference(one.about, about));
      },
    );
  }

  /** Opens a stored event. Undefined if the source of the event was deleted. */
  private opened({ configuration }: DueMessage, event: ClaimedEvent): EventEnvelope | undefined {
    const source = configuration.source(event.sourceId);
    return source === undefined ? undefined : openEvent(event, source);
  }
}

/** Returns the number of a delivery's fallback step; 0 for the subscription's own destination. */
export function stepOf({ delivery }: Pick<DueMessage, 'delivery'>): number {
  return delivery.messaging?.step ?? 0;
}

/**
 * Returns the messaging rules about the time of sending. Null if there are no such rules, or if a person redelivered
 * the message.
 */
function rulesOf({ messaging, delivery }: UndecidedMessage): MessagingRecord | null {
  return delivery.messaging?.redelivered === true ? null : messaging;
}

/** Quiet hours apply to messages to customers only. */
function quietHoursOf(due: DueMessage): QuietHoursSpec | undefined {
  return due.channel === null ? undefined : rulesOf(due)?.quietHours;
}

function ruledMessage(due: DueMessage): RuledMessage | null {
  const { delivery, destinationRules: rules, quotaExcess, source } = due;
  const { customerKey } = delivery.event;
  if (rules === undefined) return null;
  return { delivery, customerKey, purpose: purposeOf(due), quotaExcess, zone: source.brand.timezone, rules };
}

/** Properties of a message that determine its purpose. */
interface PurposeFacts extends Pick<DueMessage, 'messaging'> {
  /** Undefined if the source was deleted. */
  readonly source: CompiledSource | undefined;
}

/** Returns the purpose of a message. Operational events are transactional, because they go to the brand's operators. */
export function purposeOf({ messaging, source }: PurposeFacts): MessagePurpose {
  return source?.record.managedBy === 'hub' ? 'transactional' : (messaging?.purpose ?? 'promotional');
}

/**
 * Returns the time from which a message's age is counted, in milliseconds since the epoch. This is the time at which
 * the message's event was received or its replay was created. For a digest, the newest event counts.
 * @param id id of the delivery
 */
function messageCreatedAt(id: string, messaging: DeliveryMessaging | null): number {
  return Math.max(...[id, ...(messaging?.digest ?? [])].map(timeOfUuidV7));
}

/** Returns true if a message is too old to be sent. Times are in milliseconds. */
function isExpired(createdAt: number, expireAfterMs: number | undefined, now: number): boolean {
  return expireAfterMs !== undefined && now - createdAt > expireAfterMs;
}

/** Parts of an event from which its references are read. */
interface ReferringEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/**
 * Returns the references of an event, such as bill numbers. If the rule names a path, the reference is the value at that
 * path. Otherwise the source's adapter reads the references.
 */
function referencesOf(
  { type, data }: ReferringEvent,
  { reference }: CancelOnSpec,
  adapter: Pick<SourceAdapter, 'referencesOf'>,
): ReadonlySet<string> {
  if (reference === undefined) return new Set(adapter.referencesOf?.(type, data) ?? []);
  const value = valueAt(data, reference);
  const isReference = typeof value === 'number' || (typeof value === 'string' && value !== '');
  return new Set(isReference ? [String(value)] : []);
}

/** Returns true if two events have a reference in common. */
function shareReference(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((reference) => other.has(reference));
}

/** Returns the reason stored with a delivery that an event cancelled. */
function cancelReason({ type, id }: { readonly type: string; readonly id: string }): string {
  return `cancelled by ${type} ${id}`;
}
