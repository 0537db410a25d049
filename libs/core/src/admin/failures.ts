import type { TimeRange } from './time-range.js';

/** States of deliveries that count as failures. */
export const FAILURE_STATES = ['dead', 'unconfirmed'] as const;

/** Filter of failures. */
export interface FailureFilter extends TimeRange {
  /** Names of destinations; left out for all destinations of the brand. */
  readonly destination?: readonly string[];
  /** Maximum number of groups. */
  readonly limit: number;
}

/** Failed deliveries of a destination with the same state, error kind and vendor code. */
export interface FailureGroup {
  /** Name of the destination; null if no destination was chosen. */
  readonly destination: string | null;
  readonly status: (typeof FAILURE_STATES)[number];
  readonly errorKind: string | null;
  /** Vendor code of the last attempt; null if it has none. */
  readonly vendorCode: string | null;
  readonly count: number;
  /** Time at which the first of the deliveries ended, in milliseconds since the epoch. */
  readonly firstAt: number;
  /** Time at which the last of the deliveries ended, in milliseconds since the epoch. */
  readonly lastAt: number;
  /** Newest delivery of the group. */
  readonly example: FailureExample;
}

/** Delivery that shows what a group of failures has in common. */
export interface FailureExample {
  readonly deliveryId: string;
  /** Redacted message of its last attempt; null if there is none. */
  readonly message: string | null;
}

/** Failures by cause, most frequent cause first. */
export interface Failures {
  readonly groups: readonly FailureGroup[];
  /** False if only the newest failures were counted. */
  readonly countIsExact: boolean;
}

/** Number of failures per destination after which counting stops. */
export const FAILURES_LIMIT = 20_000;
