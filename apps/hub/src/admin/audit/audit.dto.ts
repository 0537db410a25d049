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
    description:
      'Name of the key that was used, or present name or `person:<id>` of the person who acted, followed by ' +
      '` (console)` if it happened in the console.',
  })
  @FilterText()
  readonly actor?: string;

  @ApiPropertyOptional({ example: 'destination.update', description: 'Kind of object and operation.' })
  @FilterText()
  readonly action?: string;

  @ApiPropertyOptional({ example: 'acme/crm', description: 'Name or id of the object.' })
  @FilterText()
  readonly target?: string;
}

/** Person whom the identity provider has identified. */
export class AuditPersonDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Ada Lovelace',
    description: 'Present display name. Null if the provider sent none, or if the hub has deleted the person.',
  })
  readonly name!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the person at the identity provider. Null if the hub has deleted the person.',
  })
  readonly subject!: string | null;
}

/** Author of an action. */
export class ActorDto {
  @ApiProperty({
    example: 'continuous integration',
    description: 'Name of the key at that time, present name of the person, or name of the component of the hub.',
  })
  readonly name!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null if the action was not made with an API key.',
  })
  readonly keyId!: string | null;

  @ApiProperty({ type: AuditPersonDto, nullable: true, description: 'Null if the actor is not a person.' })
  readonly person!: AuditPersonDto | null;
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
