import { isJsonObject, type BrandHeader, type JsonObject } from '@patchbay/core';
import { toContent } from '../brand-file/to-content.js';
import { hiddenLookups } from './lookup-secrets.js';
import { replaceTexts } from './replace-texts.js';

/** What a brand's own systems are asked, in the words of its file. */
export interface ShownLookups {
  readonly resolver: JsonObject | null;
  readonly consent: JsonObject | null;
  readonly enrichment: JsonObject | null;
}

/**
 * What a brand's own systems are asked, for people to see.
 * @param mask what stands where something could be a secret
 */
export function shownLookups(header: BrandHeader, mask: string): ShownLookups {
  const content = toContent({ ...header, sources: [], destinations: [], subscriptions: [] });
  const { recipients, enrichment } = content;
  const shown = replaceTexts(
    { recipients, enrichment: enrichment ?? null },
    hiddenLookups(content, () => mask),
  );
  const all = isJsonObject(shown) ? shown : {};
  const of = isJsonObject(all['recipients']) ? all['recipients'] : {};
  return {
    resolver: objectOrNull(of['resolver']),
    consent: objectOrNull(of['consent']),
    enrichment: objectOrNull(all['enrichment']),
  };
}

function objectOrNull(value: JsonObject[string] | undefined): JsonObject | null {
  return isJsonObject(value) ? value : null;
}
