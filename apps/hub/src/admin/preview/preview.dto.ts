import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { IsInt, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { FreeJson, Optional } from '../../http/dto-fields.js';
import { FailedClauseDto } from '../events/event.dto.js';

/** Input of a preview: an event, and either a subscription or a mapping with a destination type. */
export class PreviewDto {
  @ApiPropertyOptional({ description: 'Event as the source sends it.', type: 'object', additionalProperties: true })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly event?: unknown;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Id of a stored event, instead of `event`. Its personal values are replaced by placeholders.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly eventId?: string;

  @ApiPropertyOptional({ example: 'points-sms', description: 'Name of a subscription.' })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly subscription?: string;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 5,
    description: "With `subscription`: step of its fallback. Omit it for the subscription's own destination.",
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(5)
  readonly step?: number;

  @ApiPropertyOptional({
    example: 'ar-AE',
    description: 'Locale of the recipient. Omit it to use the locale of the event.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly locale?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Unsaved mapping, instead of `subscription`.',
  })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly mapping?: JsonObject;

  @ApiPropertyOptional({
    example: 'acme-sms',
    description: 'With `mapping`: destination type whose rules the message is checked against.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly destinationType?: string;

  @ApiPropertyOptional({
    example: 'capillary',
    description: 'With `event` and `mapping`: source that parses the event. May be omitted if the brand has only one.',
  })
  @Optional()
  @IsString()
  @MaxLength(100)
  readonly source?: string;
}

/** A problem that would prevent the message from being sent. */
export class PreviewProblemDto {
  @ApiProperty({ example: 'to', description: 'Field of the message, or of the mapping if there is no message.' })
  readonly field!: string;

  @ApiProperty({ example: 'the recipient has no phone' })
  readonly message!: string;
}

/** Result of a preview. */
export class PreviewedDto {
  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'True if the subscription takes the event. Null if that depends on a personal value; see `clause`.',
  })
  readonly matched!: boolean | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reason if the subscription does not take the event, or if the result is undetermined. Else null.',
  })
  readonly reason!: string | null;

  @ApiProperty({
    type: FailedClauseDto,
    nullable: true,
    description: 'Clause that failed or is undetermined. Null if there is none.',
  })
  readonly clause!: FailedClauseDto | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly message!: JsonObject | null;

  @ApiProperty({ type: [PreviewProblemDto], description: 'Problems of the message. Empty if it could be sent.' })
  readonly problems!: readonly PreviewProblemDto[];
}
