import type { BrandVault } from '../vault.port.js';

/** Erasure to be started. A person or a deletion event of the platform has requested it. */
export interface NewErasure {
  /** UUIDv7 that contains the start time of the erasure. */
  readonly id: string;
  readonly brandId: string;
  /** The brand's own id of the customer. Deleted when the erasure ends. */
  readonly customerId: string;
  /** Keyed hash that replaces the customer id, see {@link customerHash}. */
  readonly customerHash: string;
  /** Latest time of events to erase, inclusive, in milliseconds since the epoch; see `effectiveTime`. */
  readonly until: number;
}

/**
 * Progress of an erasure and, once the erasure has ended, its receipt. Does not contain the customer's id. Times are in
 * milliseconds since the epoch.
 */
export interface Erasure {
  readonly id: string;
  readonly brandId: string;
  readonly state: 'running' | 'done';
  /** Keyed hash that stands for the customer in the audit log and in the tombstone. */
  readonly customerHash: string;
  /** Name of the API key that requested the erasure; `hub` if a deletion event requested it. */
  readonly requestedBy: string;
  /** Id of the deletion event that requested the erasure; null if a person requested it. */
  readonly eventId: string | null;
  readonly until: number;
  /** Number of events erased so far. */
  readonly events: number;
  /** Number of waiting deliveries that were cancelled. */
  readonly deliveries: number;
  /** Number of attempts whose recorded response was erased. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/**
 * Grace period in milliseconds, during which a deletion event is delivered to its subscribers before the event itself
 * is erased.
 */
export const GRACE_PERIOD_MS = 72 * 3_600_000;

/** Maximum time by which the clock of a source may be ahead of the hub's clock, in milliseconds. */
const LONGEST_SKEW_MS = 3_600_000;

/**
 * Returns the keyed hash that is stored in place of a customer id. Without the brand's key, nobody can find the id by
 * hashing guessed ids.
 */
export function customerHash({ keyedHash }: Pick<BrandVault, 'keyedHash'>, customerId: string): string {
  return keyedHash('customer', customerId);
}

/**
 * Returns the time up to which a deletion event erases other events, in milliseconds since the epoch. This is the time
 * of the deletion by the source's clock, so that a customer who registers again right afterwards is not erased.
 */
export function erasedUntil(occurredAt: number, receivedAt: number): number {
  return Math.min(occurredAt, receivedAt + LONGEST_SKEW_MS);
}
