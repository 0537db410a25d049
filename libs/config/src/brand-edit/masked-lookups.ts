import { isJsonObject, type BrandSettings, type JsonObject } from '@patchbay/core';
import { toContent } from '../brand-file/to-content.js';
import { hiddenLookups } from './lookup-secrets.js';
import { replaceStrings } from './replace-strings.js';

/** Lookups of a brand in the format of the brand file, without secrets. */
export interface MaskedLookups {
  readonly resolver: JsonObject | null;
  readonly consent: JsonObject | null;
  readonly transactionalConsent: JsonObject | null;
  readonly enrichment: JsonObject | null;
  readonly platform: JsonObject | null;
}

/**
 * Returns the lookups of a brand with every possible secret masked.
 * @param mask replacement for a secret
 */
export function maskedLookups(settings: BrandSettings, mask: string): MaskedLookups {
  const content = toContent({ ...settings, sources: [], destinations: [], subscriptions: [] });
  const { recipients, enrichment, platform } = content;
  const shown = replaceStrings(
    { recipients, enrichment: enrichment ?? null, platform: platform ?? null },
    hiddenLookups(content, () => mask),
  );
  const all = isJsonObject(shown) ? shown : {};
  const of = isJsonObject(all['recipients']) ? all['recipients'] : {};
  return {
    resolver: objectOrNull(of['resolver']),
    consent: objectOrNull(of['consent']),
    transactionalConsent: objectOrNull(of['transactionalConsent']),
    enrichment: objectOrNull(all['enrichment']),
    platform: objectOrNull(all['platform']),
  };
}

function objectOrNull(value: JsonObject[string] | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}
