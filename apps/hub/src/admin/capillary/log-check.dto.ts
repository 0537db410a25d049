import { ApiProperty } from '@nestjs/swagger';
import {
  LOG_CHECK_STATES,
  MAX_MISSING,
  type LogCheck,
  type LogCheckState,
  type MissingByType,
  type MissingEvent,
} from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** Result of a log check for one event type. */
export class LoggedTypeDto {
  @ApiProperty({ example: 'pointsIssued', description: '`*` stands for all types after the first 200.' })
  readonly type!: string;

  @ApiProperty({ description: 'Entries of the log. An event has several entries if Capillary logs each attempt.' })
  readonly entries!: number;

  @ApiProperty({ description: 'Entries whose event the hub has.' })
  readonly stored!: number;

  @ApiProperty({ description: 'Entries whose event the hub does not have, and that Capillary is going to send.' })
  readonly waiting!: number;

  @ApiProperty({ description: 'Entries whose event was stored in quarantine.' })
  readonly quarantined!: number;

  @ApiProperty({ description: 'Events that the hub does not have. An event with several entries counts once.' })
  readonly missing!: number;

  @ApiProperty({ description: 'Events that the hub did not have, and that were recovered from the log.' })
  readonly recovered!: number;
}

/** Event in the log that the hub does not have. */
export class MissingEventDto {
  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ description: "Capillary's id of the event." })
  readonly eventId!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null if the log does not contain it.',
  })
  readonly occurredAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'State in the log. Null if the log does not contain it.' })
  readonly status!: string | null;
}

/** Check of the log of a consumer group. */
export class LogCheckDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: LOG_CHECK_STATES, description: 'All states but `running` are final.' })
  readonly state!: LogCheckState;

  @ApiProperty({ example: '2026-11-24', description: 'First UTC day.' })
  readonly from!: string;

  @ApiProperty({ example: '2026-11-30', description: 'Last UTC day.' })
  readonly to!: string;

  @ApiProperty({ description: 'Id of the consumer group at Capillary.' })
  readonly consumerGroup!: string;

  @ApiProperty({ description: 'Name of the key, task or person that requested the check.' })
  readonly requestedBy!: string;

  @ApiProperty({ description: 'Compared entries of the log.' })
  readonly entries!: number;

  @ApiProperty({ description: 'Entries without an id or a type.' })
  readonly unreadable!: number;

  @ApiProperty({ description: 'Events that the hub does not have.' })
  readonly missing!: number;

  @ApiProperty({ description: 'Events that were recovered from the log.' })
  readonly recovered!: number;

  @ApiProperty({
    description: 'False if more than 100000 events were missing or recovered. Further ones are not counted.',
  })
  readonly isExact!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reason of a failure, or reason why the check waits. Null if there is none.',
  })
  readonly reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of the last progress.' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** Check of a log with its result per event type. */
export class LogCheckDetailsDto extends LogCheckDto {
  @ApiProperty({ type: [LoggedTypeDto] })
  readonly types!: readonly LoggedTypeDto[];

  @ApiProperty({
    type: [MissingEventDto],
    description: 'Events that the hub does not have, at most 1000, ordered by type and id.',
  })
  readonly missingEvents!: readonly MissingEventDto[];
}

/** Checks of the log. */
export class LogChecksDto {
  @ApiProperty({ type: [LogCheckDto], description: 'The last 20 checks, newest first.' })
  readonly data!: readonly LogCheckDto[];
}

/** Builds the API view of a log check. */
export function logCheckView(check: LogCheck): LogCheckDto {
  const { id, state, from, to, consumerGroup, requestedBy, entries, unreadable, missing, recovered, reason } = check;
  return {
    ...{ id, state, from, to, consumerGroup, requestedBy, entries, unreadable, missing, recovered, reason },
    isExact: missing + recovered < MAX_MISSING,
    createdAt: isoTime(check.createdAt),
    updatedAt: isoTime(check.updatedAt),
    endedAt: isoTimeOrNull(check.endedAt),
  };
}

/** Builds the API view of a log check with its result per event type. */
export function logCheckDetailsView(
  check: LogCheck,
  missing: readonly MissingByType[],
  events: readonly MissingEvent[],
): LogCheckDetailsDto {
  const byType = new Map(missing.map((one) => [one.type, one]));
  return {
    ...logCheckView(check),
    types: check.types.map((counts) => ({
      ...counts,
      missing: byType.get(counts.type)?.missing ?? 0,
      recovered: byType.get(counts.type)?.recovered ?? 0,
    })),
    missingEvents: events.map(({ type, eventId, occurredAt, status }) => ({
      ...{ type, eventId, status },
      occurredAt: isoTimeOrNull(occurredAt),
    })),
  };
}
