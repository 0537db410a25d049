import type { BrandVault } from '../vault.port.js';

/** An erasure to be started: requested by a person, or by a deletion event of the platform. */
export interface NewErasure {
  /** A UUIDv7 of its start. */
  readonly id: string;
  readonly brandId: string;
  /** The brand's own id of the customer; kept only until the erasure has ended. */
  readonly customerId: string;
  /** See {@link customerHash}: what stays. */
  readonly customerHash: string;
  /** Events that occurred or were received up to this moment are erased: milliseconds since the epoch. */
  readonly until: number;
}

/** Progress of an erasure; once it has ended, its receipt. Names no customer. Times in milliseconds since the epoch. */
export interface Erasure {
  readonly id: string;
  readonly brandId: string;
  readonly state: 'running' | 'done';
  /** Stands for the customer in the audit log and in the tombstone. */
  readonly customerHash: string;
  /** Name of the requesting key; `hub` if a deletion event started it. */
  readonly requestedBy: string;
  /** The deletion event that started it; null if a person did. */
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

/** Grace period in which a deletion event is delivered to its subscribers before it is erased, in milliseconds. */
export const GRACE_PERIOD_MS = 72 * 3_600_000;

/** How far ahead of the hub's the clock of a source may be. */
const LONGEST_SKEW_MS = 3_600_000;

/** The keyed hash that stands for a customer of a brand where the customer must not stand: nobody can try ids without the brand's key. */
export function customerHash({ keyedHash }: Pick<BrandVault, 'keyedHash'>, customerId: string): string {
  return keyedHash('customer', customerId);
}

/**
 * Moment up to which a deletion event erases: when the deletion occurred, by the clock of the customer's other events, so
 * that a customer who registers again right afterwards is not erased.
 */
export function erasedUntil(occurredAt: number, receivedAt: number): number {
  return Math.min(occurredAt, receivedAt + LONGEST_SKEW_MS);
}

/** Time of an event that erasures compare: the earlier of its two times. Milliseconds since the epoch. */
export function effectiveTime({
  occurredAt,
  receivedAt,
}: {
  readonly occurredAt: number;
  readonly receivedAt: number;
}): number {
  return Math.min(occurredAt, receivedAt);
}
