import { ApiProperty } from '@nestjs/swagger';
import type { JsonAdapterPaths, SourceLimitsSpec, BrandRecord, SourceAuth, SourceRecord } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { MASK } from '../common/mask.js';
import { ManagedDto, managedView } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';

/** A source of a brand's events. */
export class SourceDto extends ManagedDto {
  @ApiProperty({ example: 'capillary' })
  readonly name!: string;

  @ApiProperty({ example: 'capillary' })
  readonly adapter!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { headers: { 'x-acme-token': [MASK, MASK] } },
    description: 'Authentication of its callers. Secrets are write-only; each secret that is set is shown as a mask.',
  })
  readonly auth!: JsonObject;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'For the adapter `json`: paths of id, type, occurredAt, customerId and data in a body. Else null.',
  })
  readonly paths!: JsonAdapterPaths | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number', format: 'double' },
    nullable: true,
    example: { ratePerSecond: 50, burst: 100 },
    description:
      'Maximum number of calls per second and process, and the maximum burst (default: the calls of one second). ' +
      'Further calls get 429 with Retry-After. Null if the rate is not limited.',
  })
  readonly limits!: SourceLimitsSpec | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '/v1/ingest/acme/capillary',
    description: 'Path to which events are posted. Null for the source `patchbay` of operational events.',
  })
  readonly ingestPath!: string | null;

  @ApiProperty({ description: 'True if the source is missing from its file. It then accepts no events.' })
  readonly disabled!: boolean;
}

/** A page of sources. */
export class SourcePageDto extends PageDto {
  @ApiProperty({ type: [SourceDto] })
  readonly data!: readonly SourceDto[];
}

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
