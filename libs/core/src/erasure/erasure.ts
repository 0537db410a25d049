import type { BrandVault } from '../vault.port.js';

/** A call to forget a customer, or a deletion that the platform told of, as it is to be carried out. */
export interface NewErasure {
  /** A UUIDv7 of its start. */
  readonly id: string;
  readonly brandId: string;
  /** The brand's own id of the customer; kept only until the erasure has ended. */
  readonly customerId: string;
  /** See {@link customerHash}: what stays. */
  readonly customerHash: string;
  /** What occurred or came in up to this moment is forgotten: milliseconds since the epoch. */
  readonly until: number;
}

/** An erasure as it stands: once it has ended, the receipt of it. Names no customer. Times in milliseconds since the epoch. */
export interface Erasure {
  readonly id: string;
  readonly brandId: string;
  readonly state: 'running' | 'done';
  /** What the audit log names the customer by, and the tombstone is. */
  readonly customerHash: string;
  /** The name of the key of whoever asked for it; `hub` where an event did. */
  readonly requestedBy: string;
  /** The deletion event that started it; null where a person did. */
  readonly eventId: string | null;
  readonly until: number;
  /** Events that were erased so far. */
  readonly events: number;
  /** Deliveries that waited and were cancelled. */
  readonly deliveries: number;
  /** Attempts whose recorded answer was erased. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** A deletion event goes to its subscribers before it is erased; where they do not take it, it is erased after this long. */
export const GRACE_PERIOD_MS = 72 * 3_600_000;

/** How far ahead of the hub's the clock of a source may be. */
const LONGEST_SKEW_MS = 3_600_000;

/** The keyed hash that stands for a customer of a brand where the customer must not stand: nobody can try ids without the brand's key. */
export function customerHash({ keyedHash }: Pick<BrandVault, 'keyedHash'>, customerId: string): string {
  return keyedHash('customer', customerId);
}

/**
 * Up to when a deletion event forgets: when the deletion occurred, by the clock that the customer's other events are
 * dated by, so that whoever registers again right afterwards is not forgotten with the past.
 */
export function erasedUntil(occurredAt: number, receivedAt: number): number {
  return Math.min(occurredAt, receivedAt + LONGEST_SKEW_MS);
}

/** Which moment of an event counts: a source that dates it ahead does not save it. Milliseconds since the epoch. */
export function effectiveTime({
  occurredAt,
  receivedAt,
}: {
  readonly occurredAt: number;
  readonly receivedAt: number;
}): number {
  return Math.min(occurredAt, receivedAt);
}
