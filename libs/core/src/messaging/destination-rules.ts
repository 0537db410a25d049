import type { Clock } from '../clock.js';
import type {
  DestinationMessagingSpec,
  MessagePurpose,
  QuotaExcess,
  QuotaSpec,
} from '../configuration/brand-definition.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import { hashedUuid } from '../ids.js';
import { formatDuration } from './format-duration.js';
import type { MessagingStore } from './messaging-store.port.js';
import { formatInZone } from './quiet-hours.js';
import { quotaPeriod, type QuotaPeriod } from './quota-period.js';

/** Due message whose destination has messaging rules. */
export interface RuledMessage {
  readonly delivery: Pick<ClaimedDelivery, 'id' | 'token' | 'retentionDays' | 'destinationId' | 'attempts'>;
  /** Id under which messages to the customer are counted. Null if the event has no customer. */
  readonly customerKey: string | null;
  readonly purpose: MessagePurpose;
  /** Fate of the messages over the quota, if the brand does not decide. */
  readonly quotaExcess: QuotaExcess;
  /** Time zone of the brand. */
  readonly zone: string;
  readonly rules: DestinationMessagingSpec;
}

/** Outcome of a message that a rule of its destination delays or ends. */
type Stopped = Extract<AttemptOutcome, { kind: 'deferred' | 'suppressed' | 'cancelled' }>;

/** Period in which a destination has used up its quota. If the quota or its time zone changes, it is counted anew. */
interface FullPeriod extends QuotaPeriod, Pick<QuotaSpec, 'max' | 'perMs'>, Pick<RuledMessage, 'zone'> {}

/**
 * Checks due messages against the contact interval and the quota of their destination, right before they are sent. The
 * contact interval counts promotional messages that have a customer. The quota counts every message.
 */
export class DestinationRules {
  /** Used-up periods by destination id. */
  private readonly full = new Map<string, FullPeriod>();

  constructor(
    private readonly store: Pick<MessagingStore, 'takeSlot' | 'takeQuota'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the outcome if this process knows that the quota is used up. Null if the quota may allow the message, or
   * if the delivery has a place already: its attempt failed, or its worker died. Saves the lookups of messages
   * that cannot be sent in this period.
   */
  async usedUp(message: RuledMessage): Promise<Stopped | null> {
    const { delivery, zone, rules } = message;
    const { quota } = rules;
    const period = this.full.get(delivery.destinationId);
    if (quota === undefined || period === undefined) return null;
    if (period.max !== quota.max || period.perMs !== quota.perMs || period.zone !== zone) return null;
    const now = this.clock.now();
    if (now >= period.start && now < period.end) return this.takeQuota(message);
    this.full.delete(delivery.destinationId);
    return null;
  }

  /**
   * Returns the outcome if a rule stops the message. Null if the message may be sent; it then counts against the
   * contact interval and the quota.
   */
  async stop(message: RuledMessage): Promise<Stopped | null> {
    return (await this.contacted(message)) ?? (await this.takeQuota(message));
  }

  private async contacted({ delivery, customerKey, purpose, rules }: RuledMessage): Promise<Stopped | null> {
    const { contactIntervalMs: perMs } = rules;
    if (perMs === undefined || customerKey === null || purpose === 'transactional') return null;
    const key = contactKey(delivery.destinationId, customerKey);
    const others = await this.store.takeSlot({ key, delivery, max: 1, perMs, now: this.clock.now() });
    return others === null ? null : { kind: 'suppressed', message: contactReason(perMs) };
  }

  private async takeQuota(message: RuledMessage): Promise<Stopped | null> {
    const { delivery, zone, rules } = message;
    const { quota } = rules;
    if (quota === undefined) return null;
    const { id: deliveryId, destinationId } = delivery;
    const { max, perMs } = quota;
    const { start, end } = quotaPeriod(perMs, zone, this.clock.now());
    if (await this.store.takeQuota({ destinationId, deliveryId, start, end, max })) return null;
    this.full.set(destinationId, { start, end, max, perMs, zone });
    return overQuota(message, quota, { start, end });
  }
}

function overQuota({ quotaExcess, zone }: RuledMessage, quota: QuotaSpec, { end }: QuotaPeriod): Stopped {
  return (quota.excess ?? quotaExcess) === 'wait'
    ? { kind: 'deferred', until: end, message: quotaWaitReason(quota, end, zone) }
    : { kind: 'suppressed', message: quotaReason(quota) };
}

/** Returns the key under which the messages of one destination to one customer are counted. */
export function contactKey(destinationId: string, customerKey: string): string {
  return hashedUuid(['contact', destinationId, customerKey]);
}

/** Returns the reason stored with a message that the contact interval suppresses. */
export function contactReason(perMs: number): string {
  return `contact interval: 1 message per ${formatDuration(perMs)}, the customer has had one`;
}

/** Returns the reason stored with a message that the quota suppresses. */
export function quotaReason({ max, perMs }: QuotaSpec): string {
  return `quota: ${max} per ${formatDuration(perMs)} is used up`;
}

/**
 * Returns the reason stored with a message that waits for the next period of the quota.
 * @param until start of the next period, in milliseconds since the epoch
 */
export function quotaWaitReason({ max, perMs }: QuotaSpec, until: number, zone: string): string {
  return `quota: ${max} per ${formatDuration(perMs)}, waits until ${formatInZone(until, zone)}`;
}
