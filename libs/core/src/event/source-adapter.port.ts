import type { JsonObject } from '@patchbay/plugin-sdk';
import type { Recipient } from '../delivery/recipient.js';
import type { SafePath } from './safe-value.js';

/** Event type in a source's catalogue. */
export interface EventTypeInfo {
  readonly type: string;
  /** Display name of the event type, such as "Points issued". */
  readonly label: string;
  /** Display name of the event type's group, such as "Points". */
  readonly group: string;
  /**
   * JSON Schema (2020-12 subset) of `data`. Documentation and presets are checked against this schema, but ingested
   * events are not.
   */
  readonly schema: JsonObject;
  /** Example of `data` with invented values, valid against `schema`. Used by previews, presets and the demo. */
  readonly sample?: JsonObject;
}

/**
 * Paths of an event's personal and safe values, relative to the event, such as `data.customerIdentifiers.firstName` or
 * `attributes.refId`. A segment `*` matches any key or array index, `**` matches zero or more segments.
 */
export interface PersonalPaths {
  /** Paths of the personal values that the privacy mode `standard` seals. */
  readonly personal: readonly string[];
  /** Paths that `pii-less` keeps if the value has the declared type. All other paths are removed. */
  readonly safe: readonly SafePath[];
  /**
   * Paths of personal identifiers of which `pii-less` keeps a keyed hash, so that the identifiers can be compared. Left
   * out if there are no such paths.
   */
  readonly hashed?: readonly string[];
  /**
   * Paths of the platform's own customer ids, which `pii-less` keeps unchanged. Left out if there are no such paths.
   */
  readonly platformIds?: readonly string[];
}

/** Options of the adapter `json`: dotted paths into the body. */
export interface JsonAdapterPaths {
  readonly id?: string;
  readonly type?: string;
  readonly occurredAt?: string;
  readonly customerId?: string;
  readonly data?: string;
}

/** Reader of one platform's events. Pure: uses no clock and no I/O. Never throws because of a body. */
export interface SourceAdapter {
  readonly name: string;
  /** True if the adapter reads the `paths` of a source. Left out if its paths are fixed. */
  readonly readsPaths?: boolean;
  /**
   * Reads a parsed body: one event, or an array of events.
   * @param headers names in lower case (CloudEvents binary mode needs them)
   */
  read(body: unknown, headers: Readonly<Record<string, string>>, paths?: JsonAdapterPaths): readonly ReadResult[];
  /**
   * Returns true if the headers declare that the body is one event even if the body is an array. An adapter that reads
   * every array as an array of events does not have this method.
   * @param headers names in lower case
   */
  isOneEvent?(headers: Readonly<Record<string, string>>): boolean;
  /** Returns the event types that the adapter knows. Unknown types are accepted as well. */
  catalogue(): readonly EventTypeInfo[];
  /** Returns the personal and safe paths of an event type. For an unknown type, no path of `data` is safe. */
  personalPaths(type: string): PersonalPaths;
  /**
   * Returns the paths from which customer ids are read, in addition to {@link PersonalPaths.platformIds}. If one of the
   * returned paths is personal, `pii-less` stores every customer id as a keyed hash. An adapter without additional
   * paths does not have this method.
   * @param paths paths of the source
   */
  customerPaths?(paths?: JsonAdapterPaths): readonly string[];
  /**
   * Returns the id of the customer that an event is about. Null if the event contains only ids of other customers. An
   * adapter whose events always name this customer first does not have this method.
   */
  subjectOf?(event: NormalisedEvent): string | null;
  /** Returns the recipient fields, such as phone and e-mail, that the event itself contains. */
  recipientOf(type: string, data: JsonObject): Recipient;
  /**
   * Returns references of an event, such as `billid 17`. A cancelling event with the same reference cancels the event's
   * message. Left out if the platform's events have no references.
   */
  referencesOf?(type: string, data: JsonObject): readonly string[];
  /**
   * Paths that {@link referencesOf} reads, such as `data.bill.*.id`. A `pii-less` brand must keep the values at these
   * paths, or hashes of the values.
   */
  readonly referencePaths?: readonly string[];
  /**
   * Returns the ids of the customers whose erasure a deletion event requests. Left out if the platform sends no
   * deletion events.
   */
  deletedCustomers?(event: NormalisedEvent): readonly string[];
}

/** All adapters, by name. */
export type SourceAdapters = ReadonlyMap<string, SourceAdapter>;

/** Event that a source adapter read from a body. */
export interface NormalisedEvent {
  /** Event type, such as `pointsIssued`; at most 200 characters, well-formed Unicode, no NUL. */
  readonly type: string;
  /**
   * Id that identifies duplicates within (source, organisation, type): the platform's event id, or `sha256:<hex>` of the
   * canonical body.
   */
  readonly eventId: string;
  /** The platform's tenant number if one source carries several tenants, else null. */
  readonly organisation: string | null;
  /**
   * Time of the event as ISO 8601 in UTC, in the format of `toISOString`; null if the time in the body is missing or
   * invalid.
   */
  readonly occurredAt: string | null;
  /** Ids of the customers that the event names, the main customer first; distinct, at most 20. */
  readonly customerIds: readonly string[];
  /**
   * Identifiers of the platform's envelope, such as `refId`. Used for display and reconciliation, but not available to
   * mappings.
   */
  readonly attributes: JsonObject;
  /** Content of the event, with trimmed keys. */
  readonly data: JsonObject;
}

/** Result of reading one element of the body of a call. */
export type ReadResult =
  | { readonly kind: 'event'; readonly event: NormalisedEvent }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly raw: unknown };
