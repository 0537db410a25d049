import type { JsonObject } from '@patchbay/plugin-sdk';
import type { JsonAdapterPaths } from '../event/source-adapter.port.js';
import type { BrandLookups, EnrichmentSpec } from './lookups.js';

/** The retention classes, in days. */
export const RETENTION_DAYS = [7, 30, 90, 400] as const;
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** What is kept of an event, and how. Paths as in {@link PersonalPaths}. */
export interface PrivacyPolicy {
  readonly mode: 'standard' | 'pii-less';
  /** `pii-less`: paths to keep besides the catalogue's safe ones. */
  readonly keep: readonly string[];
  /** Paths that are personal besides the catalogue's. */
  readonly personal: readonly string[];
}

/** How a source's callers prove themselves: any one of the listed values will do, so that secrets can rotate. */
export interface SourceAuth {
  /** Header name in lower case → accepted values; every named header has to match. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly basic?: readonly { readonly username: string; readonly password: string }[];
  readonly bearer?: readonly string[];
  /** `whsec_…` secrets. */
  readonly standardWebhooks?: readonly string[];
}

/** How much a source may send. */
export interface SourceLimitsSpec {
  /** Calls per second, counted by each process; a call beyond it gets 429. */
  readonly ratePerSecond: number;
  /** Calls that may come at once after a pause; left out: the calls of one second. */
  readonly burst?: number;
}

/** Where events of one platform come in: how they are read, and who may send them. */
export interface SourceSpec {
  readonly name: string;
  readonly adapter: string;
  /** Secrets resolved. Several methods: all have to hold. */
  readonly auth: SourceAuth;
  readonly paths?: JsonAdapterPaths;
  /** Left out: no rate. */
  readonly limits?: SourceLimitsSpec;
}

/** How much of a vendor a brand uses. What is left out here is what the plugin says its vendor can bear. */
export interface DestinationLimitsSpec {
  readonly ratePerSecond?: number;
  /** Calls that may go out at once after a pause; 1 if left out. */
  readonly burst?: number;
  /** Calls in flight at the same time. */
  readonly concurrency?: number;
  /** One attempt, in milliseconds. */
  readonly timeoutMs?: number;
}

/** When a failed delivery is retried. */
export interface RetryPolicy {
  /** Delay before each attempt in milliseconds, the first attempt's first; its length is the number of attempts. */
  readonly scheduleMs: readonly number[];
  /** Left out: `retry` if the plugin is idempotent, else `hold`. */
  readonly onUnconfirmed?: 'retry' | 'hold';
  /** A destination that fails for so long is paused, in milliseconds. Left out: a day. */
  readonly pauseAfterMs?: number;
}

/** A destination as its brand describes it: a type, and what that type needs to reach the vendor. */
export interface DestinationSpec {
  readonly name: string;
  /** Name that the destination had before. Left out: it was not renamed. */
  readonly renamedFrom?: string;
  readonly type: string;
  /** Secrets resolved. */
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  readonly limits: DestinationLimitsSpec;
  readonly retry: RetryPolicy;
}

/** How deliveries of one customer keep their order. */
export interface OrderingSpec {
  readonly by: 'customer';
  /** Paths into the event, `data.loyaltyProgramId`: each of their values has an order of its own. */
  readonly paths: readonly string[];
  /** Whether a delivery that ended without success holds up what comes after it. */
  readonly onDead: 'skip' | 'block';
}

/** What a message is for. `promotional` ones ask for consent and count against caps; `transactional` ones do not. */
export type MessagePurpose = 'transactional' | 'promotional';

/** A daily span in which nothing is sent, as wall-clock times `HH:MM`; it may go over midnight. */
export interface QuietHoursSpec {
  readonly from: string;
  readonly to: string;
}

/** Events that cancel a message while it still waits. */
export interface CancelOnSpec {
  readonly events: readonly string[];
  /** The path into both events whose equal values say that they belong together; left out: the adapter's references. */
  readonly reference?: string;
}

/** Triggers of the next step of a fallback: error kinds and vendor statuses. */
export const FALLBACK_TRIGGERS = [
  'rejected',
  'transient',
  'mapping',
  'noRecipient',
  'undelivered',
  'bounced',
  'failed',
] as const;
/** See {@link FALLBACK_TRIGGERS}. */
export type FallbackTrigger = (typeof FALLBACK_TRIGGERS)[number];

/** One more way to reach the customer, where the step before it failed. */
export interface FallbackStepSpec {
  readonly destination: string;
  readonly on: readonly FallbackTrigger[];
  /** Time after sending in which a vendor status still starts the step, in milliseconds. */
  readonly afterMs: number;
  /** Left out: the plugin's preset. */
  readonly mapping?: JsonObject;
}

/** When, whether and as what the messages of a subscription go out: see decision 0026. */
export interface MessagingSpec {
  readonly purpose: MessagePurpose;
  readonly quietHours?: QuietHoursSpec;
  /** How long a digest collects events, in milliseconds. */
  readonly digestMs?: number;
  /** In milliseconds since the event was received. */
  readonly expireAfterMs?: number;
  /** How long a message waits before it is first attempted, in milliseconds. */
  readonly sendAfterMs?: number;
  readonly cancelOn?: CancelOnSpec;
  readonly fallback: readonly FallbackStepSpec[];
}

/** At most `max` promotional messages of a channel to one customer in any span of `perMs` milliseconds. */
export interface CapSpec {
  readonly max: number;
  readonly perMs: number;
}

/** Caps by channel: the category of a destination's type. */
export type MessageCaps = Readonly<Partial<Record<MessagingChannel, CapSpec>>>;

/** The categories of destination types that message a customer. */
export const MESSAGING_CHANNELS = ['sms', 'email', 'push'] as const;
/** See {@link MESSAGING_CHANNELS}. */
export type MessagingChannel = (typeof MESSAGING_CHANNELS)[number];

/** Which events of a source go to which destination, and as what message. */
export interface SubscriptionSpec {
  readonly name: string;
  readonly source: string;
  /** Event types; `*` at the end stands for any ending. */
  readonly events: readonly string[];
  readonly when?: JsonObject;
  readonly destination: string;
  /** What is fetched before mapping: `customer`, or a name of the brand's own. */
  readonly enrich?: readonly string[];
  /** Left out: the plugin's preset for the event's type. */
  readonly mapping?: JsonObject;
  /** Left out: deliveries go out as they come. */
  readonly ordering?: OrderingSpec;
  /** For states: one is dropped when a newer one of the same key waits or was delivered. */
  readonly supersede?: boolean;
  /** Left out: promotional, and no other rule. */
  readonly messaging?: MessagingSpec;
}

/** Everything a brand's file says, checked, with secrets resolved and defaults filled in. */
export interface BrandDefinition {
  readonly brand: string;
  readonly timezone: string;
  readonly privacy: PrivacyPolicy;
  readonly retentionDays: RetentionDays;
  readonly recipients: Pick<BrandLookups, 'resolver' | 'consent'> & {
    readonly order: readonly ('event' | 'enriched' | 'resolver')[];
  };
  readonly enrichment?: EnrichmentSpec;
  readonly caps?: MessageCaps;
  readonly sources: readonly SourceSpec[];
  readonly destinations: readonly DestinationSpec[];
  readonly subscriptions: readonly SubscriptionSpec[];
}

/** Svix's schedule, which people trust. */
export const DEFAULT_RETRY_SCHEDULE_MS: readonly number[] = [
  0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];
