import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { IsInstant } from '../../http/instant.js';

/** Body of a pause. */
export class PauseDto {
  @ApiPropertyOptional({
    maxLength: 500,
    example: 'the vendor migrates its servers',
    description: 'Reason, shown with the paused destination.',
  })
  @Optional()
  @IsString()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: 'reason must be one line without control characters or lone surrogates' })
  readonly reason?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    example: '2026-01-31T08:00:00Z',
    description:
      'Time at which the pause ends by itself, in the next 366 days. ISO 8601. Omit it to pause until a person resumes ' +
      'the destination.',
  })
  @Optional()
  @IsInstant()
  readonly until?: string;
}

/** Result of a test of credentials. */
export class VerificationDto {
  @ApiProperty({ description: 'True if the vendor accepted the credentials.' })
  readonly ok!: boolean;

  @ApiProperty({
    enum: DELIVERY_ERROR_KINDS,
    nullable: true,
    description: 'Error kind of a failed test. Null if it passed or if nothing was sent.',
  })
  readonly errorKind!: DeliveryErrorKind | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cause of the failure and how to fix it, or a note. Null if there is none.',
  })
  readonly message!: string | null;

  @ApiProperty({ description: 'True if this test resumed the destination.' })
  readonly resumed!: boolean;
}

/** Result of a test of a destination's credentials and settings at the vendor. */
export class DestinationVerificationDto extends VerificationDto {
  @ApiProperty({
    type: [String],
    description: 'Settings whose values the vendor does not offer, or could not list. Empty after a failed test.',
  })
  readonly warnings!: readonly string[];
}

/** Value that a vendor offers for a setting. */
export class ChoiceDto {
  @ApiProperty({ example: 'MG0123456789' })
  readonly value!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Loyalty messages', description: 'Text for people.' })
  readonly label!: string | null;
}

/** Values that a vendor offers for a setting. */
export class ChoicesDto {
  @ApiProperty({ description: 'True if the vendor listed the values.' })
  readonly ok!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cause of the failure and how to fix it. Null if the vendor listed the values.',
  })
  readonly message!: string | null;

  @ApiProperty({ type: [ChoiceDto], description: 'At most 1,000 values. Empty after a failure.' })
  readonly data!: readonly ChoiceDto[];
}
