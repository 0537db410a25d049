import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { PausedBy } from '../configuration/configuration-snapshot.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import type {
  DriftedField,
  MessageType,
  NamedDelivery,
  NamedSuppression,
  OperationalType,
} from './operational-event.js';

interface EntryBase {
  readonly brandId: string;
  /** Times of the first and the last occurrence that the entry reports, in milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

interface DestinationEntryBase extends EntryBase {
  readonly destinationId: string;
  readonly errorKind: DeliveryErrorKind | null;
}

/** Entry for a destination that was paused or resumed, or that may be failing. */
export interface DestinationSwitchedEntry extends DestinationEntryBase {
  readonly type: Extract<OperationalType, `destination.${string}`>;
  /**
   * Number of the pause or the resumption. For a failing destination, a number that grows with every change of the
   * destination, and with every pause and resumption.
   */
  readonly version: number;
  readonly by: PausedBy;
  readonly reason: string | null;
}

/** Entry for deliveries of one destination and subscription that ended as dead or unconfirmed. */
export interface DeliveriesEndedEntry extends DestinationEntryBase {
  readonly type: Extract<OperationalType, `delivery.${string}`>;
  readonly subscriptionId: string;
  readonly reason: string | null;
  /** Number of deliveries that the entry reports; at least 1. */
  readonly count: number;
  /** The first few of the deliveries that this outbox entry reports; at least one. */
  readonly deliveries: readonly NamedDelivery[];
}

/** Entry for sent messages of one destination about which the vendor has reported nothing. */
export interface StatusesMissingEntry extends EntryBase {
  readonly type: Extract<OperationalType, `status.${string}`>;
  readonly destinationId: string;
  readonly count: number;
  readonly sent: number;
  /** Time within which the vendor had to report a status, in milliseconds. */
  readonly withinMs: number;
  /** The first few of the deliveries; at least one. */
  readonly deliveries: readonly NamedDelivery[];
}

/** Entry for suppressions of a brand that were added, or that were removed. */
export interface SuppressionsChangedEntry extends EntryBase {
  readonly type: Extract<OperationalType, `suppression.${string}`>;
  readonly count: number;
  /** The first few of the suppressions; at least one. */
  readonly suppressions: readonly NamedSuppression[];
}

/** Entry for a lookup that was paused or resumed. */
export interface LookupSwitchedEntry extends EntryBase {
  readonly type: Extract<OperationalType, `lookup.${string}`>;
  readonly lookup: string;
  /** Revision of the configuration that paused or resumed the lookup. */
  readonly revision: number;
  readonly by: PausedBy;
  readonly reason: string | null;
}

/** Entry for a webhook that somebody changed or deleted at Capillary. */
export interface CapillaryDriftedEntry extends EntryBase {
  readonly type: 'capillary.drifted';
  readonly source: string;
  readonly webhookId: string;
  readonly deleted: boolean;
  readonly changes: readonly DriftedField[];
}

/** Entry for a day on which Capillary counted more events than the hub has. */
export interface CapillaryGapEntry extends EntryBase {
  readonly type: 'capillary.gap';
  readonly sourceId: string;
  readonly source: string;
  readonly day: string;
  readonly expected: number;
  readonly stored: number;
  readonly missing: number;
}

/** Entry for a check of Capillary's log that ended with missing events. */
export interface CapillaryMissingEntry extends EntryBase {
  readonly type: 'capillary.missing';
  readonly source: string;
  readonly checkId: string;
  readonly from: string;
  readonly to: string;
  readonly missing: number;
  readonly recovered: number;
}

/** Entry for an import that failed, or that is done although some rows made no event. */
export interface ImportEndedEntry extends EntryBase {
  readonly type: Extract<OperationalType, `import.${string}`>;
  readonly importId: string;
  readonly source: string;
  readonly fileName: string;
  readonly reason: string | null;
  readonly accepted: number;
  readonly duplicate: number;
  readonly quarantined: number;
}

/** Entry for one status of one message. */
export interface MessageEntry extends EntryBase {
  readonly type: MessageType;
  /** Number of the entry, which is never used again. */
  readonly entry: string;
  readonly destinationId: string;
  readonly subscriptionId: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** Customer of the event, in the form that is stored. */
  readonly customerId: string | null;
  readonly reason: string | null;
  readonly vendorStatus: string | null;
  readonly vendorCode: string | null;
  readonly externalId: string | null;
  readonly attempts: number;
  /** Time of the status, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Outbox entry of an operational event. The entry is written in the transaction that caused the event, and is not
 * published yet.
 */
export type OutboxEntry =
  | DestinationSwitchedEntry
  | DeliveriesEndedEntry
  | StatusesMissingEntry
  | SuppressionsChangedEntry
  | LookupSwitchedEntry
  | CapillaryDriftedEntry
  | CapillaryGapEntry
  | CapillaryMissingEntry
  | ImportEndedEntry
  | MessageEntry;

/** Result of publishing outbox entries. */
export interface PublishedEvents {
  readonly events: readonly NewEvent[];
  /** True if entries were left for the next call, because a brand has another revision than the prepared events. */
  readonly isStale: boolean;
}

/** Bounds of one publication of outbox entries. */
export interface RelayLimits {
  /** Maximum number of entries. */
  readonly limit: number;
  /** Minimum time between two publications of entries with the same scope, in milliseconds. */
  readonly intervalMs: number;
}

/**
 * Outbox of operational events. Entries are written only for types to which a subscription listens, and never for
 * deliveries of operational events.
 */
export interface OperationalOutbox {
  /** Returns the ids of the brands of at most `limit` entries that are due. Each id is returned once. */
  dueBrands(options: RelayLimits): Promise<readonly string[]>;
  /**
   * Locks due entries of the given brands and stores the events that `prepare` makes from these entries, in one transaction. Concurrent
   * calls lock different entries. Entries of the same scope are published together, at most once per `intervalMs`. If
   * the transaction fails, each entry is published in a transaction of its own. An entry that cannot be published is
   * kept and postponed for `intervalMs`; the other entries are published. Rejects if the database is unavailable.
   * @param prepare must not use the database, because it runs inside the transaction
   * @param onFault called for each postponed entry with its scope, which contains no personal value
   * @returns the events of at most `limit` entries
   */
  relay(
    options: RelayLimits & { readonly brandIds: readonly string[] },
    prepare: (entries: readonly OutboxEntry[]) => readonly NewEvent[],
    onFault: (error: unknown, scope: string) => void,
  ): Promise<PublishedEvents>;
}
