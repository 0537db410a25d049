import type { FromSchema } from '../schema/schema-type.js';
import type { brandFileSchema } from './brand-file.schema.js';

/** A brand's file that fits its schema. */
export type BrandFileContent = FromSchema<typeof brandFileSchema>;

/** One of its sources. */
export type SourceContent = NonNullable<BrandFileContent['sources']>[string];
/** How its own API is asked for recipients. */
export type ResolverContent = NonNullable<NonNullable<BrandFileContent['recipients']>['resolver']>;
/** Where its events are enriched from. */
export type EnrichmentContent = NonNullable<BrandFileContent['enrichment']>;
/** Capillary's part of it. */
export type CapillaryContent = NonNullable<EnrichmentContent['capillary']>;
/** One of its own APIs. */
export type HttpEnrichmentContent = NonNullable<EnrichmentContent['http']>[string];
/** One of its destinations. */
export type DestinationContent = NonNullable<BrandFileContent['destinations']>[string];
/** How many messages a customer may get. */
export type CapsContent = NonNullable<NonNullable<BrandFileContent['messaging']>['caps']>;
/** A subscription's rules about its messages. */
export type MessagingContent = NonNullable<SubscriptionContent['messaging']>;
/** One step of a fallback; a mapping file is a path until it is read. */
export type FallbackStepContent = NonNullable<MessagingContent['fallback']>[number];
/** One of its subscriptions; a mapping file is a path until it is read. */
export type SubscriptionContent = NonNullable<BrandFileContent['subscriptions']>[string];
