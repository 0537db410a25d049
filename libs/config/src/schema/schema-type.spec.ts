import { describe, expect, it } from '@jest/globals';
import type {
  BrandDefinition,
  DestinationLimitsSpec,
  DestinationMessagingSpec,
  DestinationSpec,
  FallbackStepSpec,
  JsonAdapterPaths,
  MessageCaps,
  MessagingSpec,
  PrivacyPolicy,
  QuotaSpec,
  RetryPolicy,
  RoleRule,
  SourceAuth,
  SourceFilesSpec,
  SourceSpec,
  SubscriptionSpec,
} from '@patchbay/core';
import type {
  BrandFileContent,
  CapsContent,
  DestinationContent,
  DestinationMessagingContent,
  FallbackStepContent,
  MessagingContent,
  SourceContent,
  SubscriptionContent,
} from '../brand-file/brand-file-content.js';
import type { HubFileContent, HubSettings, SignInSettings } from '../hub-file/hub-settings.js';
import type { SameKeys } from './schema-type.js';

type Group<T> = Exclude<NonNullable<T>, string>;

/** These tests do not compile if a field is in a schema but not in its definition, or the other way round. */
describe('schemas and definitions have the same keys', () => {
  it('in a brand file', () => {
    const same: [
      SameKeys<Omit<BrandFileContent, 'retention' | 'messaging'>, Omit<BrandDefinition, 'retentionDays' | 'caps'>>,
      SameKeys<Group<BrandFileContent['recipients']>, BrandDefinition['recipients']>,
      SameKeys<Group<BrandFileContent['privacy']>, PrivacyPolicy>,
      SameKeys<SourceContent, Omit<SourceSpec, 'name'>>,
      SameKeys<Group<SourceContent['auth']>, SourceAuth>,
      SameKeys<Group<SourceContent['files']>, SourceFilesSpec>,
      SameKeys<Group<SourceContent['paths']>, JsonAdapterPaths>,
      SameKeys<DestinationContent, Omit<DestinationSpec, 'name'>>,
      SameKeys<Group<DestinationContent['limits']>, DestinationLimitsSpec>,
      SameKeys<
        Omit<Group<DestinationContent['retry']>, 'schedule' | 'pauseAfter'>,
        Omit<RetryPolicy, 'scheduleMs' | 'pauseAfterMs'>
      >,
      SameKeys<
        Omit<DestinationMessagingContent, 'sendAfter' | 'contactInterval'>,
        Omit<DestinationMessagingSpec, 'sendAfterMs' | 'contactIntervalMs'>
      >,
      SameKeys<Omit<Group<DestinationMessagingContent['quota']>, 'per'>, Omit<QuotaSpec, 'perMs'>>,
      SameKeys<SubscriptionContent, Omit<SubscriptionSpec, 'name'>>,
      SameKeys<CapsContent, MessageCaps>,
      SameKeys<
        Omit<MessagingContent, 'digest' | 'expireAfter' | 'sendAfter'>,
        Omit<MessagingSpec, 'digestMs' | 'expireAfterMs' | 'sendAfterMs'>
      >,
      SameKeys<Omit<FallbackStepContent, 'after'>, Omit<FallbackStepSpec, 'afterMs'>>,
    ] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
    expect(same).not.toContain(false);
  });

  it('in the hub file', () => {
    const same: [
      SameKeys<HubFileContent, HubSettings>,
      SameKeys<Group<HubFileContent['ingest']>, HubSettings['ingest']>,
      SameKeys<Group<HubFileContent['imports']>, HubSettings['imports']>,
      SameKeys<Group<HubFileContent['signIn']>, SignInSettings>,
      SameKeys<Group<HubFileContent['signIn']>['roles'][number], RoleRule>,
    ] = [true, true, true, true, true];
    expect(same).not.toContain(false);
  });

  it('and SameKeys is false if one type has more keys', () => {
    const differs: SameKeys<{ a: 1 }, { a: 1; b?: 2 }> = false;
    expect(differs).toBe(false);
  });
});
