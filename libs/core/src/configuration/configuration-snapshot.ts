import type { JsonObject } from '@patchbay/plugin-sdk';
import type { BrandVault } from '../vault.port.js';
import type {
  DestinationLimitsSpec,
  DestinationMessagingSpec,
  FallbackStepSpec,
  MessageCaps,
  MessagingSpec,
  OrderingSpec,
  PrivacyPolicy,
  RetentionDays,
  RetryPolicy,
  RouteEntrySpec,
  SourceAuth,
  SourceFilesSpec,
  SourceLimitsSpec,
} from './brand-definition.js';
import type { JsonAdapterPaths } from '../event/source-adapter.port.js';
import type { BrandLookups } from './lookups.js';
import type { IngestKey } from '../keys/api-key.js';

/** Owner of an object: a file of the configuration, users of the API, or the hub, whose objects nobody can change. */
export type ManagedBy = 'file' | 'api' | 'hub';

/**
 * Actor that paused a destination. A person resumes the destination manually; the hub resumes the destination when the
 * destination's credentials pass a test.
 */
export type PausedBy = 'person' | 'hub';

/** Pause of a lookup in a brand's own systems. */
export interface LookupPauseRecord {
  /** Answer of the brand's system, and how to fix the cause. */
  readonly reason: string;
  /** Start of the pause, in milliseconds since the epoch. */
  readonly at: number;
}

/** Stored brand, with the vault for its sealed values. */
export interface BrandRecord {
  readonly id: string;
  readonly name: string;
  /** Revision of the brand. Grows with every change of the brand or of one of its objects. */
  readonly revision: number;
  readonly timezone: string;
  readonly privacy: PrivacyPolicy;
  readonly retentionDays: RetentionDays;
  readonly recipientOrder: readonly ('event' | 'enriched' | 'resolver')[];
  /** Lookups with decrypted secrets, held in memory only. */
  readonly lookups: BrandLookups;
  /** Paused lookups by name. Left out if no lookup is paused. */
  readonly pausedLookups?: ReadonlyMap<string, LookupPauseRecord>;
  /** Left out if the number of messages per customer is not limited. */
  readonly caps?: MessageCaps;
  readonly managedBy: ManagedBy;
  /** Path of the file that manages the object, as given to the command `apply`; null if no file manages the object. */
  readonly file: string | null;
  readonly vault: BrandVault;
}

/** Stored source with decrypted secrets. A disabled source accepts no events. */
export interface SourceRecord {
  readonly id: string;
  readonly brandId: string;
  readonly name: string;
  readonly adapter: string;
  readonly auth: SourceAuth;
  /**
   * Secrets that the hub generated for the source, the newest first. Not part of the configuration. Left out if there are
   * none.
   */
  readonly generatedSecrets?: readonly string[];
  readonly paths?: JsonAdapterPaths;
  /** Template of the customer's key, see `SourceSpec`. */
  readonly customer?: string;
  /** Limits of the source. Left out if the source has no rate limit. */
  readonly limits?: SourceLimitsSpec;
  /** Files of the source. Left out if its files need no settings. */
  readonly files?: SourceFilesSpec;
  /** API keys that the source accepts in addition to `auth`. Left out if there are none. */
  readonly keys?: readonly IngestKey[];
  readonly managedBy: ManagedBy;
  readonly file: string | null;
  readonly disabled: boolean;
}

/** Version of a destination's callback URL. */
export interface CallbackVersion {
  /** Version number, from 1, from which the token in the callback URL is derived. */
  readonly version: number;
  /**
   * Time until which the previous URL is valid, in milliseconds since the epoch; null if there is no valid previous
   * URL.
   */
  readonly previousUntil: number | null;
}

/** Stored destination with sealed credentials. Its pause is not configuration, see `DestinationPauseStore`. */
export interface DestinationRecord {
  readonly id: string;
  readonly brandId: string;
  readonly name: string;
  readonly type: string;
  /** Credentials as JSON, sealed under the context `destination/<id>/credentials`. */
  readonly sealedCredentials: Uint8Array;
  /** Settings in the version that the plugin needs, or as stored if there is a `settingsProblem`. */
  readonly settings: JsonObject;
  /** Reason why the stored settings could not be migrated. Left out if the settings have the needed version. */
  readonly settingsProblem?: string;
  readonly limits: DestinationLimitsSpec;
  readonly retry: RetryPolicy;
  /** Left out if the destination has no messaging rules. */
  readonly messaging?: DestinationMessagingSpec;
  /** Number that grows with every change of the destination's configuration. */
  readonly version: number;
  readonly callback: CallbackVersion;
  readonly managedBy: ManagedBy;
  readonly file: string | null;
  /** True if the destination is missing from its file. Its deliveries are held. */
  readonly disabled: boolean;
}

/** Step of a fallback with the id of its destination. */
export interface FallbackStepRecord extends Omit<FallbackStepSpec, 'destination'> {
  readonly destinationId: string;
}

/** Messaging rules of a subscription with the ids of destinations. */
export interface MessagingRecord extends Omit<MessagingSpec, 'fallback'> {
  readonly fallback: readonly FallbackStepRecord[];
}

/** Entry of a route with the id of its destination. */
export interface RouteEntryRecord extends Omit<RouteEntrySpec, 'destination'> {
  readonly destinationId: string;
}

/** Version of a subscription. Immutable. */
export interface SubscriptionVersionRecord {
  /** Id of this version of the subscription. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly brandId: string;
  readonly name: string;
  readonly version: number;
  readonly sourceId: string;
  /** Null if the subscription has a route. */
  readonly destinationId: string | null;
  /** Entries that choose the destination when a delivery is due. Left out if the subscription has a destination. */
  readonly route?: readonly RouteEntryRecord[];
  readonly events: readonly string[];
  readonly when: JsonObject | null;
  /** Names of the enrichments to fetch before mapping. */
  readonly enrich: readonly string[];
  /** Mapping from an event to a message. Null for the plugin's preset. */
  readonly mapping: JsonObject | null;
  /** Rule for the order of deliveries. Null if deliveries have no order. */
  readonly ordering: OrderingSpec | null;
  readonly supersede: boolean;
  /** Null if there are no messaging rules; messages are then promotional. */
  readonly messaging: MessagingRecord | null;
  readonly managedBy: ManagedBy;
  readonly file: string | null;
}

/** Configuration of some brands or of all brands, including deleted sources that stored events refer to. */
export interface ConfigurationRecords {
  /** Newest revision that any brand has. */
  readonly revision: number;
  readonly brands: readonly BrandRecord[];
  readonly sources: readonly SourceRecord[];
  /**
   * Deleted sources whose events may still be stored. Deleted sources accept no events and have an empty `auth`, but
   * their stored events are still delivered. Left out if there are no such sources.
   */
  readonly deletedSources?: readonly SourceRecord[];
  readonly destinations: readonly DestinationRecord[];
  readonly subscriptions: readonly SubscriptionVersionRecord[];
}
