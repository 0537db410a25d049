import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { FilterText } from '../common/filter-text.decorator.js';
import { PageDto } from '../common/page.dto.js';
import { TimeRangeQuery } from '../common/time-range.dto.js';

/** Filter and page of the audit log. `from` and `to` apply to the time of the entry. */
export class AuditQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ example: 'acme', description: 'Name of a brand.' })
  @FilterText()
  readonly brand?: string;

  @ApiPropertyOptional({
    example: 'continuous integration',
    description: 'Name of the key that was used, followed by ` (console)` if it was used in the console.',
  })
  @FilterText()
  readonly actor?: string;

  @ApiPropertyOptional({ example: 'destination.update' })
  @FilterText()
  readonly action?: string;

  @ApiPropertyOptional({ example: 'acme/crm' })
  @FilterText()
  readonly target?: string;
}

/** Author of an action. */
export class ActorDto {
  @ApiProperty({
    example: 'continuous integration',
    description: 'Name of the key at that time, or of the component of the hub.',
  })
  readonly name!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null if the action was not made with an API key.',
  })
  readonly keyId!: string | null;
}

/** An entry of the audit log. */
export class AuditEntryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ type: ActorDto })
  readonly actor!: ActorDto;

  @ApiProperty({ example: 'destination.update', description: 'Kind of object and operation.' })
  readonly action!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null if the entry concerns the whole hub.' })
  readonly brand!: string | null;

  @ApiProperty({ example: 'acme/crm', description: 'Name or id of the object.' })
  readonly target!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'Changed fields before the action, secrets masked. Null if the object did not exist or nothing changed.',
  })
  readonly before!: JsonObject | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Changed fields after the action, secrets masked. Null if the object was deleted or nothing changed.',
  })
  readonly after!: JsonObject | null;
}

/** A page of entries, newest first. */
export class AuditPageDto extends PageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  readonly data!: readonly AuditEntryDto[];
}
