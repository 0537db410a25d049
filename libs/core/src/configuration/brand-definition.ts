import type { JsonObject, MessagingChannel } from '@patchbay/plugin-sdk';
import type { JsonAdapterPaths } from '../event/source-adapter.port.js';
import type { BrandLookups, EnrichmentSpec, PlatformSpec } from './lookups.js';

/** Retention classes: numbers of days for which events may be kept. */
export const RETENTION_DAYS = [7, 30, 90, 400] as const;
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** Privacy rules for the stored events of a brand. Paths are written as in {@link PersonalPaths}. */
export interface PrivacyPolicy {
  readonly mode: 'standard' | 'pii-less';
  /** Paths that `pii-less` keeps in addition to the safe paths of the catalogue. */
  readonly keep: readonly string[];
  /** Paths that are personal in addition to the personal paths of the catalogue. */
  readonly personal: readonly string[];
}

/** Header of events with a secret that the hub generated, in lower case. */
export const GENERATED_HEADER = 'x-patchbay-secret';

/** Credentials that a source accepts. Any value of a list is accepted, so that secrets can be rotated. */
export interface SourceAuth {
  /** Accepted values by header name in lower case. All named headers must match. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly basic?: readonly { readonly username: string; readonly password: string }[];
  readonly bearer?: readonly string[];
  /** Accepted `whsec_…` secrets of Standard Webhooks. */
  readonly standardWebhooks?: readonly string[];
  /**
   * True if the hub makes and rotates the secret, which Capillary sends in the header {@link GENERATED_HEADER}. The secret
   * is not part of the configuration.
   */
  readonly generated?: true;
}

/** Rate limit of a source. */
export interface SourceLimitsSpec {
  /** Calls per second, counted per process. Calls over the limit get 429. */
  readonly ratePerSecond: number;
  /**
   * Number of calls that may arrive at once after a pause. If left out, the number of calls in one second at the rate.
   */
  readonly burst?: number;
}

/** Formats of imported files. `ndjson`: one JSON value per line. */
export const FILE_FORMATS = ['csv', 'ndjson'] as const;
/** One of {@link FILE_FORMATS}. */
export type FileFormat = (typeof FILE_FORMATS)[number];
/** Character encodings of CSV files. */
export const CSV_ENCODINGS = ['utf-8', 'latin1'] as const;
/** One of {@link CSV_ENCODINGS}. */
export type CsvEncoding = (typeof CSV_ENCODINGS)[number];

/** Bucket of Amazon S3, or of another service with the same API. */
export interface S3PlaceSpec {
  readonly bucket: string;
  /** Beginning of the keys, such as `exports/`. If left out, the files are at the top of the bucket. */
  readonly prefix?: string;
  readonly region: string;
  /** URL of another service. Left out for Amazon S3. */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Folder of an SFTP server. */
export interface SftpPlaceSpec {
  readonly host: string;
  /** If left out, 22. */
  readonly port?: number;
  readonly username: string;
  readonly password?: string;
  /** Private key in the format of OpenSSH or PEM, without a passphrase. */
  readonly privateKey?: string;
  /** Fingerprint of the server's host key, such as `SHA256:…`. */
  readonly hostKey: string;
  readonly folder: string;
}

/** Place that the hub watches for files. Exactly one of `folder`, `s3` and `sftp` is given. */
export interface FilePlaceSpec {
  /** Folder below the import directory of a process. */
  readonly folder?: string;
  readonly s3?: S3PlaceSpec;
  readonly sftp?: SftpPlaceSpec;
  /** Pattern of the file names, with `*` for any characters. If left out, all files. */
  readonly match?: string;
}

/** Files whose rows a source takes as events, see decision 0121. */
export interface SourceFilesSpec {
  readonly format: FileFormat;
  /** Character between the fields of a CSV file. If left out, a comma. */
  readonly delimiter?: string;
  /** Encoding of a CSV file. If left out, UTF-8. */
  readonly encoding?: CsvEncoding;
  /**
   * Template that makes the body of an event from `row`. If left out, the row is the body. The adapter of the source
   * reads the body.
   */
  readonly event?: JsonObject;
  /** Maximum number of rows that are imported per second. If left out, 500. */
  readonly perSecond?: number;
  /** Place whose files are imported, with resolved secrets. Left out if files are only uploaded. */
  readonly from?: FilePlaceSpec;
}

/** Source of a brand's events: the adapter that reads the events, and the credentials of their senders. */
export interface SourceSpec {
  readonly name: string;
  readonly adapter: string;
  /**
   * Credentials with resolved secrets. If several methods are given, all must match. A source without methods accepts
   * only API keys.
   */
  readonly auth: SourceAuth;
  readonly paths?: JsonAdapterPaths;
  /**
   * Template of the identifier by which messaging rules, order and search recognise a customer, such as
   * `{{ data.customerIdentifiers.instore.mobile }}`. Left out for the platform's id.
   */
  readonly customer?: string;
  /** Limits of the source. Left out if the source has no rate limit. */
  readonly limits?: SourceLimitsSpec;
  /** Files of the source. Left out if its files need no settings. */
  readonly files?: SourceFilesSpec;
}

/** Limits of a destination. If a limit is left out, the plugin's default for its vendor applies. */
export interface DestinationLimitsSpec {
  /**
   * Group of destinations of the brand that share one rate and one concurrency limit: the strictest limits of its
   * destinations. Left out if the destination has limits of its own.
   */
  readonly group?: string;
  readonly ratePerSecond?: number;
  /** Number of calls that may be sent at once after a pause; 1 if left out. */
  readonly burst?: number;
  /** Maximum number of calls in flight. */
  readonly concurrency?: number;
  /** Time limit of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  /**
   * Time within which the vendor has to report a status of a sent message, in milliseconds; one day if left out. Concerns
   * only alerts.
   */
  readonly statusTimeoutMs?: number;
}

/** Retry policy of a destination. */
export interface RetryPolicy {
  /**
   * Delays before the attempts in milliseconds, beginning with the first attempt. The length of this list is the number
   * of attempts.
   */
  readonly scheduleMs: readonly number[];
  /** Handling of unconfirmed deliveries. If left out: `retry` if the plugin is idempotent, else `hold`. */
  readonly onUnconfirmed?: 'retry' | 'hold';
  /** Time of continuous failure after which the destination is paused, in milliseconds. If left out, one day. */
  readonly pauseAfterMs?: number;
}

/** Effects of a used-up quota on a message: it waits for the next period, or it is not sent. */
export const QUOTA_EXCESS = ['wait', 'suppress'] as const;
/** One of {@link QUOTA_EXCESS}. */
export type QuotaExcess = (typeof QUOTA_EXCESS)[number];

/** Maximum number of messages of a destination per period. Periods are fixed in the brand's time zone. */
export interface QuotaSpec {
  readonly max: number;
  /** Length of a period in milliseconds: whole days, or a part of a day that divides 24 hours. */
  readonly perMs: number;
  /** If left out: `suppress` for surveys, else `wait`. */
  readonly excess?: QuotaExcess;
}

/** Messaging rules of a destination, see decision 0075. They apply to all subscriptions to the destination. */
export interface DestinationMessagingSpec {
  /** Delay before the first attempt, in milliseconds. */
  readonly sendAfterMs?: number;
  /** Time in which a customer gets at most one message of the destination, in milliseconds. */
  readonly contactIntervalMs?: number;
  readonly quota?: QuotaSpec;
}

/** Definition of a destination: its type, and the credentials and settings that this type needs. */
export interface DestinationSpec {
  readonly name: string;
  /** Previous name of the destination. Left out if the destination was not renamed. */
  readonly renamedFrom?: string;
  readonly type: string;
  /** Credentials with resolved secrets. */
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  readonly limits: DestinationLimitsSpec;
  readonly retry: RetryPolicy;
  /** Left out if the destination has no messaging rules. */
  readonly messaging?: DestinationMessagingSpec;
}

/** Ordering rule for the deliveries of one customer. */
export interface OrderingSpec {
  readonly by: 'customer';
  /**
   * Paths into the event, such as `data.loyaltyProgramId`. Deliveries with different values at these paths are ordered
   * independently.
   */
  readonly paths: readonly string[];
  /**
   * Effect of a delivery that ended without success on later deliveries with the same order key: `block` holds the
   * later deliveries back, `skip` does not.
   */
  readonly onDead: 'skip' | 'block';
}

/**
 * Purpose of a message. `promotional` messages count against caps; `transactional` messages do not. The consent rules of a
 * brand differ by purpose.
 */
export type MessagePurpose = 'transactional' | 'promotional';

/** Daily time span without messages, as wall-clock times `HH:MM`. May span midnight. */
export interface QuietHoursSpec {
  readonly from: string;
  readonly to: string;
}

/** Rule that lets events cancel a message while it waits. */
export interface CancelOnSpec {
  readonly events: readonly string[];
  /** Path whose value must be equal in both events. If left out, the references that the adapter reads must match. */
  readonly reference?: string;
}

/**
 * Triggers of the next step of a fallback: error kinds, vendor statuses, a missing address, and an address on the
 * suppression list.
 */
export const FALLBACK_TRIGGERS = [
  'rejected',
  'transient',
  'mapping',
  'noRecipient',
  'suppressed',
  'undelivered',
  'bounced',
  'failed',
] as const;
/** One of {@link FALLBACK_TRIGGERS}. */
export type FallbackTrigger = (typeof FALLBACK_TRIGGERS)[number];

/**
 * Triggers of a step that names none. A customer who refused messages on one channel gets the message on another
 * channel only if the step names `suppressed`.
 */
export const DEFAULT_FALLBACK_TRIGGERS: readonly FallbackTrigger[] = FALLBACK_TRIGGERS.filter(
  (trigger) => trigger !== 'suppressed',
);

/** Step of a fallback: another destination to reach the customer if the previous step failed. */
export interface FallbackStepSpec {
  readonly destination: string;
  readonly on: readonly FallbackTrigger[];
  /** Time after sending during which a vendor status still starts the step, in milliseconds. */
  readonly afterMs: number;
  /** Mapping of the step. If left out, the plugin's preset is used. */
  readonly mapping?: JsonObject;
}

/** Messaging rules of a subscription, see decision 0026. */
export interface MessagingSpec {
  readonly purpose: MessagePurpose;
  readonly quietHours?: QuietHoursSpec;
  /** Time for which a digest collects events, in milliseconds. */
  readonly digestMs?: number;
  /** Time after the receipt of the event at which its message expires, in milliseconds. */
  readonly expireAfterMs?: number;
  /** Delay before the first attempt, in milliseconds. */
  readonly sendAfterMs?: number;
  readonly cancelOn?: CancelOnSpec;
  readonly fallback: readonly FallbackStepSpec[];
}

/** Cap of at most `max` promotional messages per channel and customer in any period of `perMs` milliseconds. */
export interface CapSpec {
  readonly max: number;
  readonly perMs: number;
}

/** Caps by channel. */
export type MessageCaps = Readonly<Partial<Record<MessagingChannel, CapSpec>>>;

/** Entry of a route: a destination for the events that match the clauses. */
export interface RouteEntrySpec {
  /** Filter that also reads `enriched` and `recipient`. Left out if the entry matches every event. */
  readonly when?: JsonObject;
  readonly destination: string;
  /** Mapping from an event to a message. If left out, the plugin's preset for the event type is used. */
  readonly mapping?: JsonObject;
}

/** Subscription: the events of a source that are delivered to a destination, and their mapping to messages. */
export interface SubscriptionSpec {
  readonly name: string;
  readonly source: string;
  /** Event types; a trailing `*` matches any suffix. */
  readonly events: readonly string[];
  readonly when?: JsonObject;
  /** Left out if the subscription has a route. */
  readonly destination?: string;
  /** Entries that choose the destination when a delivery is due; the first match wins. Then `mapping` is left out. */
  readonly route?: readonly RouteEntrySpec[];
  /** Names of the enrichments to fetch before mapping: `customer`, or a name that the brand defines. */
  readonly enrich?: readonly string[];
  /** Mapping from an event to a message. If left out, the plugin's preset for the event type is used. */
  readonly mapping?: JsonObject;
  /** Rule for the order of deliveries. Left out if deliveries have no order. */
  readonly ordering?: OrderingSpec;
  /** True if a delivery is dropped when a newer delivery with the same order key waits or has succeeded. */
  readonly supersede?: boolean;
  /** Left out if there are no messaging rules; messages are then promotional. */
  readonly messaging?: MessagingSpec;
}

/** Content of a brand's file, checked, with resolved secrets and defaults. */
export interface BrandDefinition {
  readonly brand: string;
  readonly timezone: string;
  readonly privacy: PrivacyPolicy;
  readonly retentionDays: RetentionDays;
  readonly recipients: Pick<BrandLookups, 'resolver' | 'consent' | 'transactionalConsent'> & {
    readonly order: readonly ('event' | 'enriched' | 'resolver')[];
  };
  readonly enrichment?: EnrichmentSpec;
  readonly platform?: PlatformSpec;
  readonly caps?: MessageCaps;
  readonly sources: readonly SourceSpec[];
  readonly destinations: readonly DestinationSpec[];
  readonly subscriptions: readonly SubscriptionSpec[];
}

/** Default retry schedule in milliseconds. Equal to the default schedule of Svix. */
export const DEFAULT_RETRY_SCHEDULE_MS: readonly number[] = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];
