import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  WEBHOOK_FIELDS,
  type DayComparison,
  type LogCheck,
  type RecordedDay,
  type Registration,
  type RegistrationPlan,
  type WebhookChange,
} from '@patchbay/core';
import { IsBoolean, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { IsInstant } from '../../http/instant.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';
import { LogCheckDto, logCheckView } from './log-check.dto.js';

/** Body of a registration at Capillary. */
export class RegisterDto {
  @ApiPropertyOptional({ description: 'True to return the changes without making them.' })
  @Optional()
  @IsBoolean()
  readonly dryRun?: boolean;

  @ApiPropertyOptional({
    description: 'True to replace the secret. Both secrets are accepted until an hour after Capillary has the new one.',
  })
  @Optional()
  @IsBoolean()
  readonly rotateSecret?: boolean;
}

/** Changed field of a webhook. Secrets are not shown. */
export class WebhookChangeDto {
  @ApiProperty({ enum: WEBHOOK_FIELDS, enumName: 'WebhookField' })
  readonly field!: WebhookChange['field'];

  @ApiProperty({ type: String, nullable: true })
  readonly before!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly after!: string | null;
}

/** Changes that a registration makes at Capillary. */
export class RegistrationPlanDto {
  @ApiProperty({ example: 'Patchbay acme capillary', description: 'Name of the webhook at Capillary.' })
  readonly name!: string;

  @ApiProperty({ example: 'https://hub.acme.example/v1/ingest/acme/capillary' })
  readonly url!: string;

  @ApiProperty({ example: 'capillary', description: 'Source that receives the events.' })
  readonly source!: string;

  @ApiProperty({ type: [String], example: ['pointsIssued'], description: 'Event types that subscriptions use.' })
  readonly eventNames!: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'Null if the webhook did not exist before.' })
  readonly webhookId!: string | null;

  @ApiProperty({ type: [WebhookChangeDto], description: 'Empty if Capillary has the webhook as desired.' })
  readonly changes!: readonly WebhookChangeDto[];

  @ApiProperty({ description: 'False if this was a dry run.' })
  readonly applied!: boolean;
}

/** Registration of a brand at Capillary, as of the last comparison. */
export class RegistrationDto {
  @ApiProperty({ description: 'False if Capillary does not send events by a webhook of the hub.' })
  readonly registered!: boolean;

  @ApiProperty({ type: String, nullable: true })
  readonly webhookId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Id under which Capillary logs the calls of the webhook.' })
  readonly consumerGroupId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly url!: string | null;

  @ApiProperty({ type: [String] })
  readonly eventNames!: readonly string[];

  @ApiProperty({ type: [WebhookChangeDto], description: 'Changes that somebody made at Capillary.' })
  readonly drift!: readonly WebhookChangeDto[];

  @ApiProperty({ description: 'True if somebody deleted the webhook at Capillary.' })
  readonly deleted!: boolean;

  @ApiProperty({ description: 'True if Capillary did not confirm the current secret. Both secrets are accepted.' })
  readonly rotating!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Creation of the current secret.' })
  readonly secretAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Last comparison with Capillary.' })
  readonly checkedAt!: string | null;
}

/** Result of a test of the access to Capillary. */
export class CapillaryAccessDto {
  @ApiProperty({ description: 'Number of webhooks that the organisation has at Capillary.' })
  readonly webhooks!: number;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MESSAGE = '$property must be a day such as 2026-11-30';

/** Days to compare with Capillary. */
export class ReconcileDto {
  @ApiPropertyOptional({
    example: '2026-11-24',
    description: 'First UTC day. By default six days before the last day. At most 30 days are compared.',
  })
  @Optional()
  @IsInstant()
  @Matches(DAY, { message: DAY_MESSAGE })
  readonly from?: string;

  @ApiPropertyOptional({ example: '2026-11-30', description: 'Last UTC day. By default yesterday.' })
  @Optional()
  @IsInstant()
  @Matches(DAY, { message: DAY_MESSAGE })
  readonly to?: string;

  @ApiPropertyOptional({
    description: 'Id of the consumer group at Capillary. By default the group of the webhook that calls the source.',
  })
  @Optional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @Matches(ONE_LINE, { message: '$property must not contain control characters or lone surrogates' })
  readonly consumerGroup?: string;
}

/** Comparison of one UTC day with Capillary. */
export class ComparedDayDto {
  @ApiProperty({ example: '2026-11-30' })
  readonly day!: string;

  @ApiProperty({ description: 'Events of the consumer group that Capillary counts.' })
  readonly total!: number;

  @ApiProperty({ description: 'Events that Capillary delivered.' })
  readonly delivered!: number;

  @ApiProperty({ description: 'Events that Capillary does not send again.' })
  readonly failed!: number;

  @ApiProperty({ description: 'Events that Capillary is going to send again. They are not missing.' })
  readonly retrying!: number;

  @ApiProperty({ description: 'Events that Capillary is going to send. They are not missing.' })
  readonly pending!: number;

  @ApiProperty({ description: 'Events that the hub accepted. An event that arrived several times counts once.' })
  readonly accepted!: number;

  @ApiProperty({ description: 'Events that the hub keeps in quarantine.' })
  readonly quarantined!: number;

  @ApiProperty({ description: 'Events that the hub does not have.' })
  readonly missing!: number;
}

/** Last comparison of a day. */
export class RecordedDayDto extends ComparedDayDto {
  @ApiProperty({ format: 'date-time' })
  readonly comparedAt!: string;
}

/** Result of a comparison with Capillary. */
export class ReconciliationDto {
  @ApiProperty({ type: [ComparedDayDto], description: 'Oldest day first.' })
  readonly days!: readonly ComparedDayDto[];

  @ApiProperty({ description: 'Events of all days that the hub does not have.' })
  readonly missing!: number;

  @ApiProperty({
    type: LogCheckDto,
    nullable: true,
    description: 'Running check of the log. Null if the brand has no `platform.capillary.logs`.',
  })
  readonly logCheck!: LogCheckDto | null;
}

/** Recorded comparisons with Capillary. */
export class RecordedDaysDto {
  @ApiProperty({ type: [RecordedDayDto], description: 'Newest day first, at most 90 days.' })
  readonly days!: readonly RecordedDayDto[];
}

/** Builds the API view of a comparison. */
export function reconciliationView(days: readonly DayComparison[], check: LogCheck | null): ReconciliationDto {
  return {
    days,
    missing: days.reduce((sum, { missing }) => sum + missing, 0),
    logCheck: check === null ? null : logCheckView(check),
  };
}

/** Builds the API view of recorded comparisons. */
export function recordedDaysView(days: readonly RecordedDay[]): RecordedDaysDto {
  return { days: days.map((day) => ({ ...day, comparedAt: isoTime(day.comparedAt) })) };
}

/** Builds the API view of a plan. */
export function planView(plan: RegistrationPlan, applied: boolean): RegistrationPlanDto {
  return { ...plan, changes: plan.changes.map(changeView), applied };
}

/** Builds the API view of a registration; null if the brand is not registered. */
export function registrationView(registration: Registration | null): RegistrationDto {
  const { written = null, drift = [] } = registration ?? {};
  return {
    registered: written !== null,
    webhookId: registration?.webhookId ?? null,
    consumerGroupId: registration?.consumerGroupId ?? null,
    url: written?.url ?? null,
    eventNames: written?.eventNames ?? [],
    drift: drift.map(changeView),
    deleted: registration?.isMissing ?? false,
    rotating: registration?.isRotating ?? false,
    secretAt: isoTimeOrNull(registration?.secretAt ?? null),
    checkedAt: isoTimeOrNull(registration?.checkedAt ?? null),
  };
}

function changeView({ field, before, after }: WebhookChange): WebhookChangeDto {
  return { field, before, after };
}
