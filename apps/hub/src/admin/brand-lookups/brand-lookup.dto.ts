import { ApiProperty } from '@nestjs/swagger';
import type { BrandRecord, HeldCount, NamedLookup } from '@patchbay/core';
import { isoTimeOrNull } from '../common/time-range.dto.js';

/** Lookup of a brand in one of its own systems. */
export class BrandLookupDto {
  @ApiProperty({
    example: 'recipients.resolver',
    description: '`recipients.resolver`, or `enrichment.` and the name that subscriptions list in `enrich`.',
  })
  readonly name!: string;

  @ApiProperty({ enum: ['resolver', 'http', 'capillary'] })
  readonly kind!: NamedLookup['kind'];

  @ApiProperty({
    enum: ['retry', 'continue'],
    description:
      'Effect of a failed or paused lookup. `retry`: deliveries wait. `continue`: they go on without the data.',
  })
  readonly onFailure!: NamedLookup['onFailure'];

  @ApiProperty({ description: 'True if the lookup is not called, because its credentials were refused.' })
  readonly paused!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Answer of the system, and how to fix it.' })
  readonly pausedReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Start of the pause.' })
  readonly pausedAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Number of deliveries that wait for the lookup, at most 10,000.' })
  readonly held!: number;

  @ApiProperty({ description: 'False if more deliveries wait.' })
  readonly heldIsExact!: boolean;
}

/** The lookups of a brand. */
export class BrandLookupsDto {
  @ApiProperty({ type: [BrandLookupDto] })
  readonly data!: readonly BrandLookupDto[];
}

/** Builds the API view of a lookup. */
export function brandLookupView(
  { name, kind, onFailure }: NamedLookup,
  { pausedLookups }: Pick<BrandRecord, 'pausedLookups'>,
  held: HeldCount = { count: 0, isExact: true },
): BrandLookupDto {
  const pause = pausedLookups?.get(name);
  return {
    name,
    kind,
    onFailure,
    paused: pause !== undefined,
    pausedReason: pause?.reason ?? null,
    pausedAt: isoTimeOrNull(pause?.at ?? null),
    held: held.count,
    heldIsExact: held.isExact,
  };
}
