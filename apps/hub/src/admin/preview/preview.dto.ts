import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  MISMATCHES,
  TIMING_OUTCOMES,
  TIMING_RULES,
  type MismatchKind,
  type TimingOutcome,
  type TimingRule,
} from '@patchbay/core';
import { MESSAGING_CHANNELS, type JsonObject, type MessagingChannel } from '@patchbay/plugin-sdk';
import { IsInt, IsObject, IsString, Max, MaxLength, Min } from 'class-validator';
import { FreeJson, Optional } from '../../http/dto-fields.js';
import { FailedClauseDto } from '../events/event.dto.js';

/** Input of a preview: an event, and a subscription, an unsaved subscription, or a mapping with a destination type. */
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
    type: 'object',
    additionalProperties: true,
    description:
      'Unsaved subscription, with the fields of the body that creates it. `name` may be missing. Its message is ' +
      'created even if its filter does not match the event.',
  })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly draft?: unknown;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 5,
    description:
      "With `subscription` or `draft`: step of its fallback. Omit it for the subscription's own destination.",
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(5)
  readonly step?: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 20,
    description:
      'With a `subscription` or `draft` that has a route: entry whose message is shown. Omit it for the first entry ' +
      'that may match.',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(20)
  readonly entry?: number;

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

/** A path in a mapping or filter that has no value. */
export class PathWarningDto {
  @ApiProperty({ example: 'mapping.body', description: 'Field of the subscription that reads the path.' })
  readonly field!: string;

  @ApiProperty({ example: 'data.totalPoints' })
  readonly path!: string;

  @ApiProperty({ example: 'data.totalPoints is not in pointsIssued and not in this event, so it has no value.' })
  readonly message!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Most similar known path. Null if none is similar.' })
  readonly suggestion!: string | null;
}

/** Size of the text of an SMS, as the vendor sends it. */
export class SmsSegmentsDto {
  @ApiProperty({ example: 'body', description: 'Field of the message that contains the text.' })
  readonly field!: string;

  @ApiProperty({ enum: ['gsm7', 'ucs2'] })
  readonly encoding!: 'gsm7' | 'ucs2';

  @ApiProperty({ type: 'integer', description: 'Length in units of the encoding: `€` counts 2 in GSM-7.' })
  readonly characters!: number;

  @ApiProperty({ type: 'integer' })
  readonly segments!: number;

  @ApiProperty({ type: 'integer', description: 'Units that fit into one segment of this message.' })
  readonly perSegment!: number;
}

/** The request that the plugin would send. Secrets are masked. */
export class RecordedRequestDto {
  @ApiProperty({ example: 'POST' })
  readonly method!: string;

  @ApiProperty({ example: 'https://api.example.com/messages' })
  readonly url!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  readonly headers!: Readonly<Record<string, string>>;

  @ApiProperty({ type: String, nullable: true, description: 'At most 64 kB. Null if the request has no body.' })
  readonly body!: string | null;
}

/** Effect of one messaging rule on the time of a message. */
export class TimingStepDto {
  @ApiProperty({ enum: TIMING_RULES })
  readonly rule!: TimingRule;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time until which the rule delays the message. Null if it delays nothing.',
  })
  readonly at!: string | null;

  @ApiProperty({ example: 'quiet hours until 2026-03-01T09:00+04:00' })
  readonly message!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    example: { until: '2026-03-01T09:00+04:00' },
    description: 'Values of `message`, for clients that show the rule in another language.',
  })
  readonly values!: Readonly<Record<string, string | number>>;
}

/** Time at which the message would be sent if its event arrived now. */
export class TimingDto {
  @ApiProperty({
    enum: TIMING_OUTCOMES,
    description: '`held`: the destination is paused. `suppressed`: the message would not be sent.',
  })
  readonly outcome!: TimingOutcome;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the first attempt. Null if the message is held or suppressed.',
  })
  readonly at!: string | null;

  @ApiProperty({ type: [TimingStepDto], description: 'The rules that apply, in the order in which the hub asks them.' })
  readonly steps!: readonly TimingStepDto[];
}

/** Results of the entries of a route in a preview. */
export const ENTRY_RESULTS = ['matched', 'notMatched', 'undetermined'] as const;

/** An entry of a route in a preview. */
export class PreviewedEntryDto {
  @ApiProperty({ type: 'integer', description: 'Number of the entry, starting at 1.' })
  readonly entry!: number;

  @ApiProperty({ type: String, nullable: true, example: 'push', description: 'Null if it was deleted.' })
  readonly destination!: string | null;

  @ApiProperty({ type: [String], example: ['enriched.customer.tier'], description: 'Paths that its clauses read.' })
  readonly paths!: readonly string[];

  @ApiProperty({
    enum: ENTRY_RESULTS,
    nullable: true,
    description:
      '`undetermined`: the entry reads `enriched`, `recipient` or a personal value. Null after an entry that matches ' +
      'for certain.',
  })
  readonly result!: (typeof ENTRY_RESULTS)[number] | null;
}

/** The route of a subscription in a preview. */
export class PreviewedRouteDto {
  @ApiProperty({ type: 'integer', description: 'Entry whose message is shown. 0 if no entry matches.' })
  readonly shown!: number;

  @ApiProperty({ description: 'True if the event alone decides that the shown entry is chosen.' })
  readonly isDecided!: boolean;

  @ApiProperty({ type: [PreviewedEntryDto] })
  readonly entries!: readonly PreviewedEntryDto[];
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
    enum: MISMATCHES,
    nullable: true,
    description: 'Code of `reason` if the subscription does not take the event. Else null.',
  })
  readonly mismatch!: MismatchKind | null;

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

  @ApiProperty({
    type: PreviewedRouteDto,
    nullable: true,
    description: 'Null if the subscription has no route, or for a step of the fallback.',
  })
  readonly route!: PreviewedRouteDto | null;

  @ApiProperty({ example: 'acme-sms', description: 'Type of the destination. Empty if it was deleted.' })
  readonly destinationType!: string;

  @ApiProperty({
    type: String,
    enum: MESSAGING_CHANNELS,
    nullable: true,
    description: 'Channel of the message. Null if the type is unknown, or sends no messages to customers.',
  })
  readonly channel!: MessagingChannel | null;

  @ApiProperty({
    type: [PathWarningDto],
    description:
      'Paths that neither the event nor the schema of its type has, at most 50, and values that the message shows ' +
      'without `required` or `default` although they were empty in the newest 100 stored events.',
  })
  readonly warnings!: readonly PathWarningDto[];

  @ApiProperty({ type: SmsSegmentsDto, nullable: true, description: 'Null unless the message is an SMS with a text.' })
  readonly segments!: SmsSegmentsDto | null;

  @ApiProperty({
    type: RecordedRequestDto,
    nullable: true,
    description: 'First request that the plugin would send. Null if it cannot be shown; see `requestNote`.',
  })
  readonly request!: RecordedRequestDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reason why there is no request, or a note about it. Null if there is nothing to say.',
  })
  readonly requestNote!: string | null;

  @ApiProperty({
    type: TimingDto,
    nullable: true,
    description:
      'Null for a mapping without a subscription, for a step of a fallback, and if the subscription does not take the ' +
      'event.',
  })
  readonly timing!: TimingDto | null;
}
