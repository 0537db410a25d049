import type { DestinationCategory, EventEnvelope } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { MessagePurpose } from '../configuration/brand-definition.js';
import type { CompiledConfiguration, CompiledSource } from '../configuration/compiled-configuration.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { AttemptOutcome, ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import { openEvent } from '../event/open-event.js';
import type { Recipient } from '../recipient/recipient.js';
import { cancelReason, EARLIEST_OPPOSITE_MS, referencesOf, shareReference } from './cancel-on.js';
import { capOf, capReason } from './caps.js';
import { MOST_IN_DIGEST } from './digest.js';
import { bornAt, isExpired } from './expiry.js';
import type { MessagingStore, GatheredDelivery, GatheredEnd } from './messaging-store.port.js';
import { quietUntil, shownInZone, zoneOf } from './quiet-hours.js';

/** A message that is due, and the rules that are asked about it. */
export interface DueMessage {
  readonly delivery: ClaimedDelivery;
  readonly event: EventEnvelope;
  readonly source: CompiledSource;
  readonly configuration: CompiledConfiguration;
  /** Of the destination's type. */
  readonly category: DestinationCategory;
  /** Null: promotional, and no other rule. */
  readonly messaging: MessagingRecord | null;
}

/** A rule of the message says that it does not go out now. */
type Stopped = Extract<AttemptOutcome, { kind: 'putOff' | 'suppressed' | 'cancelled' }>;

const EXPIRED = 'expired';

/**
 * Asks a subscription's rules about a message that is due, in the order of decision 0026: {@link needless}, {@link quiet},
 * {@link carried}, and, after consent, {@link capped}. What a person has redelivered is asked only the last.
 */
export class MessagePolicy {
  constructor(
    private readonly store: MessagingStore,
    private readonly clock: Clock,
  ) {}

  /** Whether consent is to be asked for. */
  asksConsent(due: DueMessage): boolean {
    return purposeOf(due) === 'promotional';
  }

  /** What the rules have to know of the recipient, as paths. */
  reads(due: DueMessage): readonly string[] {
    return rulesOf(due)?.quietHours === undefined ? [] : ['recipient.timezone'];
  }

  /** Too old, or undone by another event; null: neither. */
  async needless(due: DueMessage): Promise<Stopped | null> {
    const rules = rulesOf(due);
    if (rules === null) return null;
    const { delivery, event } = due;
    if (isExpired(bornAt(delivery.id, delivery.messaging), rules.expireAfterMs, this.clock.now())) {
      return { kind: 'suppressed', message: EXPIRED };
    }
    // A digest of several is no message about any one of them.
    if (delivery.messaging?.digest !== undefined && delivery.messaging.digest.length > 0) return null;
    const reason = await this.undoneBy(due, event);
    return reason === null ? null : { kind: 'cancelled', message: reason };
  }

  /** Quiet hours where the recipient is; null: none now. */
  quiet(due: DueMessage, recipient: Recipient): Stopped | null {
    const spec = rulesOf(due)?.quietHours;
    if (spec === undefined) return null;
    const zone = zoneOf(recipient['timezone'], due.source.brand.timezone);
    const until = quietUntil(spec, zone, this.clock.now());
    return until === null ? null : { kind: 'putOff', until, message: `quiet hours until ${shownInZone(until, zone)}` };
  }

  /**
   * The events that the message carries besides its own. A digest takes along, once, whatever waits for it.
   * @returns null where the lease is lost
   */
  async carried(due: DueMessage): Promise<readonly EventEnvelope[] | null> {
    const { delivery } = due;
    const gathers = rulesOf(due)?.digestMs !== undefined && stepOf(due) === 0 && delivery.event.customerId !== null;
    const ids = delivery.messaging?.digest ?? (gathers ? await this.gather(due) : []);
    if (ids === null) return null;
    const events = ids.length === 0 ? [] : await this.store.events(ids, delivery);
    return events.map((event) => this.opened(due, event)).filter((event) => event !== undefined);
  }

  /** No slot is left under the brand's cap; null: it may go out, and has a slot where it counts. */
  async capped(due: DueMessage): Promise<Stopped | null> {
    const { delivery, source, category } = due;
    const { brandId } = delivery;
    const { customerId } = delivery.event;
    const cap = capOf({ brandId, customerId, category, purpose: purposeOf(due) }, source.brand.caps);
    if (cap === null) return null;
    const { key, max, perMs } = cap;
    const others = await this.store.takeSlot({ key, delivery, max, perMs, now: this.clock.now() });
    return others === null ? null : { kind: 'suppressed', message: capReason(cap, others) };
  }

  private async gather(due: DueMessage): Promise<readonly string[] | null> {
    const gathered = await this.store.gathered(due.delivery, MOST_IN_DIGEST - 1);
    const mayBeUndone = due.messaging?.cancelOn !== undefined && (await this.anyUndone(due, gathered));
    const ends: GatheredEnd[] = [];
    for (const one of gathered) ends.push(await this.endOf(one, due, mayBeUndone));
    return this.store.closeDigest(due.delivery, ends);
  }

  /** Nearly always nothing undid any of them, which one look tells. */
  private async anyUndone(due: DueMessage, gathered: readonly GatheredDelivery[]): Promise<boolean> {
    const events = gathered.map(({ event }) => this.opened(due, event)).filter((event) => event !== undefined);
    return (await this.oppositeOf(due, events)) !== null;
  }

  private async endOf({ id, event }: GatheredDelivery, due: DueMessage, mayBeUndone: boolean): Promise<GatheredEnd> {
    if (isExpired(bornAt(id, null), due.messaging?.expireAfterMs, this.clock.now())) {
      return { id, state: 'suppressed', reason: EXPIRED };
    }
    const opened = mayBeUndone ? this.opened(due, event) : undefined;
    const reason = opened === undefined ? null : await this.undoneBy(due, opened);
    return reason === null ? { id, state: 'merged', reason: null } : { id, state: 'cancelled', reason };
  }

  /** Why an event's message is needless by now; null: it is not. */
  private async undoneBy(due: DueMessage, event: EventEnvelope): Promise<string | null> {
    const opposite = await this.oppositeOf(due, [event]);
    return opposite === null ? null : cancelReason(opposite);
  }

  /** The first that makes the message of one of some events needless, all of one customer; null: none is. */
  private async oppositeOf(due: DueMessage, events: readonly EventEnvelope[]): Promise<ClaimedEvent | null> {
    const { messaging, delivery, source } = due;
    const rule = messaging?.cancelOn;
    const customerId = events[0]?.customerId ?? null;
    if (rule === undefined || customerId === null) return null;
    const undoable = events
      .map((event) => ({ id: event.id, about: referencesOf(event, rule, source.adapter) }))
      .filter(({ about }) => about.size > 0);
    if (undoable.length === 0) return null;
    return this.store.findOpposite(
      {
        brandId: delivery.brandId,
        customerId,
        types: rule.events,
        occurredFrom: Math.min(...events.map(({ occurredAt }) => Date.parse(occurredAt))),
        receivedFrom: Math.min(...events.map(({ receivedAt }) => Date.parse(receivedAt))) - EARLIEST_OPPOSITE_MS,
        now: this.clock.now(),
        retentionDays: delivery.retentionDays,
      },
      (found) => {
        const from = due.configuration.source(found.sourceId);
        if (from === undefined) return false;
        const about = referencesOf(openEvent(found, from), rule, from.adapter);
        return undoable.some((one) => one.id !== found.id && shareReference(one.about, about));
      },
    );
  }

  /** Undefined where its source has gone. */
  private opened({ configuration }: DueMessage, event: ClaimedEvent): EventEnvelope | undefined {
    const source = configuration.source(event.sourceId);
    return source === undefined ? undefined : openEvent(event, source);
  }
}

/** Which step of its fallback a delivery is. */
export function stepOf({ delivery }: Pick<DueMessage, 'delivery'>): number {
  return delivery.messaging?.step ?? 0;
}

/** The rules about when a message goes out; null: none, or a person has overruled them. */
function rulesOf({ messaging, delivery }: DueMessage): MessagingRecord | null {
  return delivery.messaging?.redelivered === true ? null : messaging;
}

/** What the hub tells of itself goes to whoever runs the brand: no customer has to agree to it. */
function purposeOf({ messaging, source }: DueMessage): MessagePurpose {
  return source.record.managedBy === 'hub' ? 'transactional' : (messaging?.purpose ?? 'promotional');
}
