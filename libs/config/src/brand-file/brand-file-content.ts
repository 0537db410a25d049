import type {
  BrandDefinition,
  DestinationLimitsSpec,
  DestinationSpec,
  JsonAdapterPaths,
  PrivacyPolicy,
  SourceAuth,
  SourceSpec,
  SubscriptionSpec,
} from '@patchbay/core';
import type { AllTrue, FromSchema, SameKeys } from '../schema/schema-type.js';
import type { brandFileSchema } from './brand-file.schema.js';

/** A brand's file that fits its schema. */
export type BrandFileContent = FromSchema<typeof brandFileSchema>;

export type SourceContent = NonNullable<BrandFileContent['sources']>[string];
export type DestinationContent = NonNullable<BrandFileContent['destinations']>[string];
export type SubscriptionContent = NonNullable<BrandFileContent['subscriptions']>[string];

type PrivacyContent = Exclude<NonNullable<BrandFileContent['privacy']>, string>;

/** What a file may say is what a definition holds: a field that is added to one only does not compile. */
export type BrandFileIsComplete = AllTrue<
  [
    SameKeys<Omit<BrandFileContent, 'retention'>, Omit<BrandDefinition, 'retentionDays'>>,
    SameKeys<NonNullable<BrandFileContent['recipients']>, BrandDefinition['recipients']>,
    SameKeys<PrivacyContent, PrivacyPolicy>,
    SameKeys<SourceContent, Omit<SourceSpec, 'name'>>,
    SameKeys<SourceContent['auth'], SourceAuth>,
    SameKeys<NonNullable<SourceContent['paths']>, JsonAdapterPaths>,
    SameKeys<DestinationContent, Omit<DestinationSpec, 'name'>>,
    SameKeys<NonNullable<DestinationContent['limits']>, DestinationLimitsSpec>,
    SameKeys<SubscriptionContent, Omit<SubscriptionSpec, 'name'>>,
  ]
>;
