import type { FromSchema } from '../schema/schema-type.js';
import type { brandFileSchema } from './brand-file.schema.js';

/** Content of a brand file that matches the schema. */
export type BrandFileContent = FromSchema<typeof brandFileSchema>;

/** Source in a brand file. */
export type SourceContent = NonNullable<BrandFileContent['sources']>[string];
/** Recipient resolver in a brand file. */
export type ResolverContent = NonNullable<NonNullable<BrandFileContent['recipients']>['resolver']>;
/** `enrichment` in a brand file. */
export type EnrichmentContent = NonNullable<BrandFileContent['enrichment']>;
/** `enrichment.capillary` in a brand file. */
export type CapillaryContent = NonNullable<EnrichmentContent['capillary']>;
/** `platform` in a brand file. */
export type PlatformContent = NonNullable<BrandFileContent['platform']>;
/** `platform.capillary.logs` in a brand file. */
export type CapillaryLogContent = NonNullable<PlatformContent['capillary']['logs']>;
/** Entry of `enrichment.http` in a brand file. */
export type HttpEnrichmentContent = NonNullable<EnrichmentContent['http']>[string];
/** Destination in a brand file. */
export type DestinationContent = NonNullable<BrandFileContent['destinations']>[string];
/** `messaging` of a destination in a brand file. */
export type DestinationMessagingContent = NonNullable<DestinationContent['messaging']>;
/** `messaging.caps` in a brand file: maximum number of messages per customer. */
export type CapsContent = NonNullable<NonNullable<BrandFileContent['messaging']>['caps']>;
/** `messaging` of a subscription in a brand file. */
export type MessagingContent = NonNullable<SubscriptionContent['messaging']>;
/**
 * Fallback step in a brand file. If its mapping is in a file, the value is the path of the file until the file is read.
 */
export type FallbackStepContent = NonNullable<MessagingContent['fallback']>[number];
/**
 * Subscription in a brand file. If its mapping is in a file, the value is the path of the file until the file is read.
 */
export type SubscriptionContent = NonNullable<BrandFileContent['subscriptions']>[string];
