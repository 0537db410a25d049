import type { JsonObject } from '@patchbay/plugin-sdk';
import type { Recipient } from '../recipient/recipient.js';
import type { NormalisedEvent, ReadResult } from './normalised-event.js';
import type { SafePath } from './safe-value.js';

/** One event type in a source's catalogue. */
export interface EventTypeInfo {
  readonly type: string;
  /** For people: "Points issued". */
  readonly label: string;
  /** For people: "Points". */
  readonly group: string;
  /** JSON Schema (2020-12 subset) of `data`; documentation and presets are checked against it, ingest is not. */
  readonly schema: JsonObject;
  /** A realistic `data` with invented values, valid against `schema`: for previews, presets and the demo. */
  readonly sample?: JsonObject;
}

/**
 * Paths of an event's personal and safe values, relative to the event: `data.customerIdentifiers.firstName`,
 * `attributes.refId`. A segment `*` stands for any key or array index, `**` for any number of segments, also none.
 */
export interface PersonalPaths {
  /** Sealed in `standard`. */
  readonly personal: readonly string[];
  /** Kept in `pii-less` if the value has the type; all else is removed. */
  readonly safe: readonly SafePath[];
  /** Personal identifiers of which `pii-less` keeps a keyed hash, for comparison. Left out: none. */
  readonly hashed?: readonly string[];
  /** Paths of the platform's own customer ids, which `pii-less` keeps as they are. Left out: none. */
  readonly platformIds?: readonly string[];
}

/** Options of adapter `json`: dotted paths into the body. */
export interface JsonAdapterPaths {
  readonly id?: string;
  readonly type?: string;
  readonly occurredAt?: string;
  readonly customerId?: string;
  readonly data?: string;
}

/** Reads one platform's events. Pure: no clock, no I/O, never throws on a body. */
export interface SourceAdapter {
  readonly name: string;
  /**
   * Reads a parsed body: one event, or an array of them.
   * @param headers names in lower case (CloudEvents binary mode needs them)
   */
  read(body: unknown, headers: Readonly<Record<string, string>>, paths?: JsonAdapterPaths): readonly ReadResult[];
  /**
   * Whether the headers say that the body is one event even if it is an array. Left out: an array is an array of events.
   * @param headers names in lower case
   */
  isOneEvent?(headers: Readonly<Record<string, string>>): boolean;
  /** All event types that the adapter knows; others pass all the same. */
  catalogue(): readonly EventTypeInfo[];
  /** For a type that the catalogue does not know: nothing of `data` is safe. */
  personalPaths(type: string): PersonalPaths;
  /**
   * The paths of an event that its customers' ids are read from, besides {@link PersonalPaths.platformIds}. If one is
   * personal, `pii-less` keeps keyed hashes of the ids. Left out: none.
   * @param paths of the source
   */
  customerPaths?(paths?: JsonAdapterPaths): readonly string[];
  /** Phone, e-mail and the like as far as the event itself carries them. */
  recipientOf(type: string, data: JsonObject): Recipient;
  /**
   * What an event is about (`billid 17`): a cancelling event that shares one of them makes its message needless. Left out:
   * the platform does not say.
   */
  referencesOf?(type: string, data: JsonObject): readonly string[];
  /** What {@link referencesOf} reads, as paths (`data.bill.*.id`): a `pii-less` brand has to keep it, or a hash of it. */
  readonly referencePaths?: readonly string[];
  /** The customers whose deletion an event tells: they are forgotten. Left out: the platform tells of none. */
  deletedCustomers?(event: NormalisedEvent): readonly string[];
}

/** All adapters, by name. */
export type SourceAdapters = ReadonlyMap<string, SourceAdapter>;
