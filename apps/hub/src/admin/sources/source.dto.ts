import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  NO_ACTIVITY,
  type JsonAdapterPaths,
  type SourceFilesSpec,
  type SourceLimitsSpec,
  type BrandRecord,
  type ReadStore,
  type SourceActivity,
  type SourceAuth,
  type SourceRecord,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { READ_STORE } from '../../database/database.module.js';
import { MASK } from '../common/mask.js';
import { ManagedDto, managedView } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';
import { isoTimeOrNull } from '../common/time-range.dto.js';
import { ConfigurationWarningDto, WRITE_WARNINGS } from '../configuration/configuration-warning.dto.js';

/** Events that a source received. At most a few seconds old. */
export class SourceActivityDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the last event. Null if the hub has counted none.',
  })
  readonly lastEventAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Number of accepted events in the last 24 hours, without duplicates.' })
  readonly accepted!: number;

  @ApiProperty({ type: 'integer', description: 'Number of quarantined events in the last 24 hours.' })
  readonly quarantined!: number;
}

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
    type: String,
    nullable: true,
    example: '{{ data.customerIdentifiers.instore.mobile | default: data.customerIdentifiers.instore.email }}',
    description:
      'Path of the identifier by which caps, digests, order, search and erasure recognise a customer, with further ' +
      "paths after `default`. The platform's id is a further id of the customer. Null for the platform's id alone.",
  })
  readonly customer!: string | null;

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
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { format: 'csv', event: { type: 'orderPlaced', id: '{{ row.order }}' }, perSecond: 500 },
    description: 'How imported files are read and mapped to events. Null if its files need no settings.',
  })
  readonly files!: SourceFilesSpec | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '/v1/ingest/acme/capillary',
    description: 'Path to which events are posted. Null for the source `patchbay` of operational events.',
  })
  readonly ingestPath!: string | null;

  @ApiProperty({ description: 'True if the source is missing from its file. It then accepts no events.' })
  readonly disabled!: boolean;

  @ApiProperty({ type: SourceActivityDto })
  readonly activity!: SourceActivityDto;
}

/** A source that was written, with what the checks found. */
export class WrittenSourceDto extends SourceDto {
  @ApiProperty({ type: [ConfigurationWarningDto], description: WRITE_WARNINGS })
  readonly warnings!: readonly ConfigurationWarningDto[];
}

/** A page of sources. */
export class SourcePageDto extends PageDto {
  @ApiProperty({ type: [SourceDto] })
  readonly data!: readonly SourceDto[];
}

/** Builds views of sources, with their activity. */
@Injectable()
export class SourceViews {
  constructor(@Inject(READ_STORE) private readonly store: Pick<ReadStore, 'sourceActivity'>) {}

  /** Builds the API view of a source. */
  async of(source: SourceRecord, brand: BrandRecord): Promise<SourceDto> {
    const activity = await this.store.sourceActivity([source.id]);
    return sourceView(source, brand, activity.get(source.id));
  }

  /** Builds the API views of several sources. */
  async list(sources: readonly SourceRecord[], brand: BrandRecord): Promise<readonly SourceDto[]> {
    const activity = await this.store.sourceActivity(sources.map(({ id }) => id));
    return sources.map((source) => sourceView(source, brand, activity.get(source.id)));
  }
}

/** Builds the API view of a source, with secrets masked. */
function sourceView(source: SourceRecord, brand: BrandRecord, activity: SourceActivity = NO_ACTIVITY): SourceDto {
  return {
    name: source.name,
    adapter: source.adapter,
    auth: maskedAuth(source.auth),
    paths: source.paths ?? null,
    customer: source.customer ?? null,
    limits: source.limits ?? null,
    files: source.files === undefined ? null : maskedFiles(source.files),
    ingestPath: source.managedBy === 'hub' ? null : `/v1/ingest/${brand.name}/${source.name}`,
    disabled: source.disabled,
    activity: { ...activity, lastEventAt: isoTimeOrNull(activity.lastEventAt) },
    ...managedView(source),
  };
}

/** Masks the secrets of a watched place. */
function maskedFiles({ from, ...files }: SourceFilesSpec): SourceFilesSpec {
  if (from === undefined) return files;
  const { s3, sftp } = from;
  return {
    ...files,
    from: {
      ...from,
      ...(s3 && { s3: { ...s3, secretAccessKey: MASK } }),
      ...(sftp && {
        sftp: {
          ...sftp,
          ...(sftp.password !== undefined && { password: MASK }),
          ...(sftp.privateKey !== undefined && { privateKey: MASK }),
        },
      }),
    },
  };
}

function maskedAuth({ headers, basic, bearer, standardWebhooks, generated }: SourceAuth): JsonObject {
  const masks = (secrets: readonly string[]): string[] => secrets.map(() => MASK);
  return {
    ...(headers && {
      headers: Object.fromEntries(Object.entries(headers).map(([name, secrets]) => [name, masks(secrets)])),
    }),
    ...(basic && { basic: basic.map(() => ({ username: MASK, password: MASK })) }),
    ...(bearer && { bearer: masks(bearer) }),
    ...(standardWebhooks && { standardWebhooks: masks(standardWebhooks) }),
    ...(generated && { generated }),
  };
}
