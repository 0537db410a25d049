import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { IsInt, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { FreeJson } from '../../http/free-json.js';
import { Optional } from '../../http/optional.js';
import { FailedClauseDto } from '../events/event.dto.js';

/** What to preview: one event, and a subscription or a mapping for a destination type. */
export class PreviewDto {
  @ApiPropertyOptional({ description: 'An event as its source sends it.', type: 'object', additionalProperties: true })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly event?: unknown;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Instead: an event of the brand that is stored. Its personal values become invented ones.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly eventId?: string;

  @ApiPropertyOptional({ example: 'points-sms', description: 'The name of a subscription.' })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly subscription?: string;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 5,
    description: 'With `subscription`: the message of that step of its fallback. Left out: of its own destination.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(5)
  readonly step?: number;

  @ApiPropertyOptional({ example: 'ar-AE', description: 'A recipient of that language. Left out: as the event says.' })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly locale?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Instead: a mapping that is not saved.',
  })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly mapping?: JsonObject;

  @ApiPropertyOptional({ example: 'acme-sms', description: 'With `mapping`: what its message is checked against.' })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly destinationType?: string;

  @ApiPropertyOptional({
    example: 'capillary',
    description: 'With `event` and `mapping`: which source reads the event. Left out: the only one.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly source?: string;
}

/** One thing that would keep a message from being sent. */
export class PreviewProblemDto {
  @ApiProperty({ example: 'to', description: 'Of the message or, where there is none, of the mapping.' })
  readonly field!: string;

  @ApiProperty({ example: 'the recipient has no phone' })
  readonly message!: string;
}

/** What would be made of an event. */
export class PreviewedDto {
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'If the subscription takes the event. Null if that depends on a personal value: then see `clause`.',
  })
  readonly matched!: boolean | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it does not, or why that is undetermined.' })
  readonly reason!: string | null;

  @ApiProperty({ type: FailedClauseDto, nullable: true, description: 'The clause that failed or is undetermined.' })
  readonly clause!: FailedClauseDto | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly message!: JsonObject | null;

  @ApiProperty({ type: [PreviewProblemDto], description: 'Empty where the message could be sent.' })
  readonly problems!: readonly PreviewProblemDto[];
}
