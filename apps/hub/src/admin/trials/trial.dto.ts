import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TRIAL_CHANGES, type TrialChange, type TrialCounts } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { IsInt, IsObject, Max, Min } from 'class-validator';
import { FreeJson, Optional } from '../../http/dto-fields.js';
import { IsInstant } from '../../http/instant.js';
import { FailedClauseDto } from '../events/event.dto.js';
import { PreviewProblemDto, SmsSegmentsDto } from '../preview/preview.dto.js';

/** Maximum number of events of a trial. */
export const MAX_TRIED = 1_000;

const COUNT = { type: 'integer' } as const;
const COUNTED = [...TRIAL_CHANGES, 'matchedBefore', 'matchedAfter', 'cannotBeMade'];

/** An unsaved subscription, and the events to try it on. */
export class TrialRequestDto {
  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/NewSubscription' }],
    description: 'Unsaved subscription. The saved subscription of the same name is the comparison.',
  })
  @FreeJson()
  @IsObject()
  readonly draft!: unknown;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_TRIED,
    description:
      "Number of events: the newest of the draft's source whose type the draft or the saved subscription takes. " +
      'Default: 50, or 1,000 with `from` or `to`.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(MAX_TRIED)
  readonly last?: number;

  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:00:00Z',
    description: 'Received at this time or later.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({ type: String, example: '2026-02-01', description: 'Received before this time. ISO 8601.' })
  @Optional()
  @IsInstant()
  readonly to?: string;
}

/** Version of a saved subscription. */
export class ComparedVersionDto {
  @ApiProperty({ example: 'points-sms' })
  readonly name!: string;

  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}

/** Message that one version creates from an event, with placeholders for personal values. */
export class TrialMessageDto {
  @ApiProperty({ example: 'sms' })
  readonly destination!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly message!: JsonObject | null;

  @ApiProperty({ type: [PreviewProblemDto], description: 'Problems of the message. Empty if it could be sent.' })
  readonly problems!: readonly PreviewProblemDto[];
}

/** Effect of the draft on one event. */
export class TrialSampleDto {
  @ApiProperty({ format: 'uuid' })
  readonly eventId!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly receivedAt!: string;

  @ApiProperty({ enum: TRIAL_CHANGES })
  readonly change!: TrialChange;

  @ApiProperty({ type: FailedClauseDto, nullable: true, description: 'Clause of the filter that decided, if any.' })
  readonly clause!: FailedClauseDto | null;

  @ApiProperty({ type: TrialMessageDto, nullable: true, description: 'Null if the saved version does not match.' })
  readonly before!: TrialMessageDto | null;

  @ApiProperty({ type: TrialMessageDto, nullable: true, description: 'Null if the draft does not match.' })
  readonly after!: TrialMessageDto | null;

  @ApiProperty({
    type: [String],
    example: ['message.body'],
    description: 'Paths at which the messages differ. At most 50.',
  })
  readonly changed!: readonly string[];
}

/** Longest SMS of a trial. */
export class LongestSmsDto extends SmsSegmentsDto {
  @ApiProperty({ format: 'uuid' })
  readonly eventId!: string;
}

/** Effects of a draft on past events. */
export class TrialDto {
  @ApiProperty({ type: ComparedVersionDto, nullable: true, description: 'Null if no subscription has this name.' })
  readonly comparedWith!: ComparedVersionDto | null;

  @ApiProperty({ type: 'integer', description: 'Number of events tried.' })
  readonly events!: number;

  @ApiProperty({ description: 'False if a limit of time or size ended the trial before the requested events.' })
  readonly isComplete!: boolean;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(COUNTED.map((name) => [name, COUNT])),
    required: COUNTED,
    description:
      'Number of events per effect. `undetermined`: a filter reads a personal value; such events count nowhere else. ' +
      '`cannotBeMade`: the draft matches, but its message is invalid.',
  })
  readonly counts!: TrialCounts;

  @ApiProperty({ type: LongestSmsDto, nullable: true, description: 'Null if the draft sends no SMS.' })
  readonly longestSms!: LongestSmsDto | null;

  @ApiProperty({
    type: [TrialSampleDto],
    description:
      'The newest events that are treated differently or whose message is invalid. At most 50, and 2 MB together.',
  })
  readonly samples!: readonly TrialSampleDto[];
}
