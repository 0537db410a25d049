import type { JsonObject } from '@patchbay/plugin-sdk';
import type { BrandVault } from '../vault.port.js';
import type {
  DestinationLimitsSpec,
  FallbackStepSpec,
  MessageCaps,
  MessagingSpec,
  OrderingSpec,
  PrivacyPolicy,
  RetentionDays,
  RetryPolicy,
  SourceAuth,
  SourceLimitsSpec,
} from './brand-definition.js';
import type { JsonAdapterPaths } from '../event/source-adapter.port.js';
import type { BrandLookups } from './lookups.js';
import type { IngestKey } from '../keys/ingest-key.js';

/** Who may change an object: its file, people over the API, or nobody, where the hub made it. */
export type ManagedBy = 'file' | 'api' | 'hub';

/** Who paused a destination: a person, who says when it goes on, or the hub, until its credentials pass a test. */
export type PausedBy = 'person' | 'hub';

/** A brand as it is stored, with the key to what is sealed for it. */
export interface BrandRecord {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly privacy: PrivacyPolicy;
  readonly retentionDays: RetentionDays;
  readonly recipientOrder: readonly ('event' | 'enriched' | 'resolver')[];
  /** Secrets open: in memory only. */
  readonly lookups: BrandLookups;
  /** Left out: customers may get any number of messages. */
  readonly caps?: MessageCaps;
  readonly managedBy: ManagedBy;
  /** The file that manages it, as given to apply. */
  readonly file: string | null;
  readonly vault: BrandVault;
}

/** A source as it is stored, its secrets open. One that is disabled takes no events in. */
export interface SourceRecord {
  readonly id: string;
  readonly brandId: string;
  readonly name: string;
  readonly adapter: string;
  readonly auth: SourceAuth;
  readonly paths?: JsonAdapterPaths;
  /** Left out: no rate. */
  readonly limits?: SourceLimitsSpec;
  /** API keys that may take events in here, besides what `auth` accepts; left out: none. */
  readonly keys?: readonly IngestKey[];
  readonly managedBy: ManagedBy;
  readonly file: string | null;
  readonly disabled: boolean;
}

/** Which callback URLs of a destination are valid. */
export interface CallbackVersion {
  /** Part of what the URL's token is derived from; starts at 1. */
  readonly version: number;
  /** Until when the URL of the version before is valid as well: milliseconds since the epoch; null if it is not. */
  readonly previousUntil: number | null;
}

/** A destination as it is stored, its credentials still sealed. */
export interface DestinationRecord {
  readonly id: string;
  readonly brandId: string;
  readonly name: string;
  readonly type: string;
  /** Sealed under `destination/<id>/credentials`, JSON inside. */
  readonly sealedCredentials: Uint8Array;
  readonly settings: JsonObject;
  readonly limits: DestinationLimitsSpec;
  readonly retry: RetryPolicy;
  /** Deliveries of a paused destination are held. Disabled by a vanished file counts as paused. */
  readonly paused: boolean;
  readonly pausedReason: string | null;
  /** Null where it is not paused, or only disabled by a vanished file. */
  readonly pausedBy: PausedBy | null;
  /** Grows with every change of this destination, pausing included. */
  readonly version: number;
  readonly callback: CallbackVersion;
  readonly managedBy: ManagedBy;
  readonly file: string | null;
  readonly disabled: boolean;
}

/** A step of a fallback, its destination looked up. */
export interface FallbackStepRecord extends Omit<FallbackStepSpec, 'destination'> {
  readonly destinationId: string;
}

/** A subscription's rules about its messages, destinations looked up. */
export interface MessagingRecord extends Omit<MessagingSpec, 'fallback'> {
  readonly fallback: readonly FallbackStepRecord[];
}

/** One immutable version of a subscription. */
export interface SubscriptionVersionRecord {
  /** Of this version. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly brandId: string;
  readonly name: string;
  readonly version: number;
  readonly sourceId: string;
  readonly destinationId: string;
  readonly events: readonly string[];
  readonly when: JsonObject | null;
  /** What is fetched before mapping. */
  readonly enrich: readonly string[];
  /** Null: the plugin's preset. */
  readonly mapping: JsonObject | null;
  /** Null: deliveries go out as they come. */
  readonly ordering: OrderingSpec | null;
  readonly supersede: boolean;
  /** Null: promotional, and no other rule. */
  readonly messaging: MessagingRecord | null;
  readonly managedBy: ManagedBy;
  readonly file: string | null;
}

/** The whole configuration at one revision: what is in force, and what its deliveries may still name. */
export interface ConfigurationRecords {
  readonly revision: number;
  readonly brands: readonly BrandRecord[];
  readonly sources: readonly SourceRecord[];
  /**
   * Sources that were deleted while events of theirs may still be kept, `auth` empty: nothing enters by them, but what did
   * is still delivered. Left out: none.
   */
  readonly deletedSources?: readonly SourceRecord[];
  readonly destinations: readonly DestinationRecord[];
  readonly subscriptions: readonly SubscriptionVersionRecord[];
}
