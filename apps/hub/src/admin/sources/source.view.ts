import type { BrandRecord, SourceAuth, SourceRecord } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { managedView } from '../common/managed.view.js';
import { MASK } from '../common/mask.js';
import type { SourceDto } from './source.dto.js';

/** Builds the API view of a source, with secrets masked. */
export function sourceView(source: SourceRecord, brand: BrandRecord): SourceDto {
  return {
    name: source.name,
    adapter: source.adapter,
    auth: maskedAuth(source.auth),
    paths: source.paths ?? null,
    limits: source.limits ?? null,
    ingestPath: source.managedBy === 'hub' ? null : `/v1/ingest/${brand.name}/${source.name}`,
    disabled: source.disabled,
    ...managedView(source),
  };
}

function maskedAuth({ headers, basic, bearer, standardWebhooks }: SourceAuth): JsonObject {
  const masks = (secrets: readonly string[]): string[] => secrets.map(() => MASK);
  return {
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, secrets]) => [name, masks(secrets)])),
    }),
    ...(basic && { basic: basic.map(() => ({ username: MASK, password: MASK })) }),
    ...(bearer && { bearer: masks(bearer) }),
    ...(standardWebhooks && { standardWebhooks: masks(standardWebhooks) }),
  };
}
