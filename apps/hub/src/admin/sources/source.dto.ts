import { ApiProperty } from '@nestjs/swagger';
import type { JsonAdapterPaths, SourceLimitsSpec } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { MASK } from '../common/mask.js';
import { ManagedDto } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';

/** Where a brand's events enter. */
export class SourceDto extends ManagedDto {
  @ApiProperty({ example: 'capillary' })
  readonly name!: string;

  @ApiProperty({ example: 'capillary' })
  readonly adapter!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { headers: { 'x-acme-token': [MASK, MASK] } },
    description: 'How its callers prove themselves. Secrets are write-only: a mask for each that is set.',
  })
  readonly auth!: JsonObject;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'Adapter json: where id, type, occurredAt, customerId and data stand in a body.',
  })
  readonly paths!: JsonAdapterPaths | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    nullable: true,
    example: { ratePerSecond: 50, burst: 100 },
    description:
      'Calls per second that each process takes, and how many may come at once (left out: those of one second). ' +
      'A call beyond it gets 429 with Retry-After. Null if there is no rate.',
  })
  readonly limits!: SourceLimitsSpec | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '/v1/ingest/acme/capillary',
    description: 'Where its events are posted to; null for the one by which the hub tells of itself.',
  })
  readonly ingestPath!: string | null;

  @ApiProperty({ description: 'It has vanished from its file: it takes nothing in.' })
  readonly disabled!: boolean;
}

/** A page of sources. */
export class SourcePageDto extends PageDto {
  @ApiProperty({ type: [SourceDto] })
  readonly data!: readonly SourceDto[];
}
