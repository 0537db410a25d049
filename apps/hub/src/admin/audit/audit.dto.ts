import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { FilterText } from '../common/filter-text.decorator.js';
import { PageDto } from '../common/page.dto.js';
import { TimeRangeQuery } from '../common/time-range.dto.js';

/** Which entries; times are those of the entries. */
export class AuditQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ example: 'acme', description: 'The name of a brand.' })
  @FilterText()
  readonly brand?: string;

  @ApiPropertyOptional({ example: 'continuous integration', description: 'The name of the key that was used.' })
  @FilterText()
  readonly actor?: string;

  @ApiPropertyOptional({ example: 'destination.update' })
  @FilterText()
  readonly action?: string;

  @ApiPropertyOptional({ example: 'acme/crm' })
  @FilterText()
  readonly target?: string;
}

/** Who did it. */
export class ActorDto {
  @ApiProperty({
    example: 'continuous integration',
    description: 'The name of the key as it was then, or of the part.',
  })
  readonly name!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null where it was no API key.' })
  readonly keyId!: string | null;
}

/** Something that was done. */
export class AuditEntryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ type: ActorDto })
  readonly actor!: ActorDto;

  @ApiProperty({ example: 'destination.update', description: 'What it was done to, and what was done.' })
  readonly action!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where it concerns the hub as a whole.' })
  readonly brand!: string | null;

  @ApiProperty({ example: 'acme/crm', description: 'Which one: a name or an id.' })
  readonly target!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'What changed, as it was; secrets are masked. Null where there was nothing, or nothing changed.',
  })
  readonly before!: JsonObject | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'The same, as it is now.' })
  readonly after!: JsonObject | null;
}

/** A page of entries, the newest first. */
export class AuditPageDto extends PageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  readonly data!: readonly AuditEntryDto[];
}
