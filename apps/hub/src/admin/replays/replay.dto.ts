import { ApiProperty } from '@nestjs/swagger';
import {
  DELIVERY_STATES,
  REPLAY_MAPPINGS,
  REPLAY_SKIPS,
  REPLAY_STATES,
  type CountByState,
  type ReplayMapping,
  type ReplayOutcomes,
  type ReplaySkips,
  type ReplayState,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';
import { PreviewProblemDto } from '../preview/preview.dto.js';

const COUNTS = { type: 'integer' } as const;

/** A replay and its progress. */
export class ReplayDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: REPLAY_STATES,
    description: '`cancelling`: the replay creates no more deliveries, and its waiting deliveries are being cancelled.',
  })
  readonly state!: ReplayState;

  @ApiProperty({ enum: REPLAY_MAPPINGS })
  readonly mapping!: ReplayMapping;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly filter!: JsonObject;

  @ApiProperty({
    description: 'True if events are replayed regardless of their earlier deliveries.',
  })
  readonly includeSucceeded!: boolean;

  @ApiProperty({ type: Number, format: 'double', nullable: true })
  readonly ratePerSecond!: number | null;

  @ApiProperty({ description: 'Name of the key or person that requested the replay.' })
  readonly requestedBy!: string;

  @ApiProperty({ description: 'Number of deliveries that were counted before the start.' })
  readonly expected!: number;

  @ApiProperty({ description: 'False if there are more deliveries than were counted.' })
  readonly expectedIsExact!: boolean;

  @ApiProperty({ description: 'Number of scanned events or earlier deliveries so far.' })
  readonly scanned!: number;

  @ApiProperty({ description: 'Number of deliveries created so far.' })
  readonly created!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(REPLAY_SKIPS.map((skip) => [skip, COUNTS])),
    description:
      'Number of scanned items without a new delivery, by cause. Causes: no subscription takes the event; a filter ' +
      'exceeds its budget; a later delivery of the same event and subscription is stored; the destination was ' +
      'deleted; the personal values cannot be decrypted; the latest delivery succeeded, was merged into a digest, is ' +
      'unconfirmed, or still waits.',
  })
  readonly skipped!: ReplaySkips;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A replay with the states of its deliveries. */
export class ReplayProgressDto extends ReplayDto {
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(DELIVERY_STATES.map((state) => [state, COUNTS])),
    description: 'Number of its deliveries per state. States without deliveries are left out.',
  })
  readonly outcomes!: ReplayOutcomes;
}

/** A page of replays, newest first. */
export class ReplayPageDto extends PageDto {
  @ApiProperty({ type: [ReplayDto] })
  readonly data!: readonly ReplayDto[];
}

/** Message that a subscription version renders from an event, with placeholder recipients. */
export class RenderedVersionDto {
  @ApiProperty({ description: 'Number of the version.' })
  readonly version!: number;

  @ApiProperty({ example: 'sms', description: 'Empty if it was deleted, or if the choice of a route is undecided.' })
  readonly destination!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly message!: JsonObject | null;

  @ApiProperty({ type: [PreviewProblemDto], description: 'Problems of the message. Empty if it could be sent.' })
  readonly problems!: readonly PreviewProblemDto[];
}

/** Messages that the recorded and the current subscription version render from an event. */
export class ReplayDifferenceDto {
  @ApiProperty({
    type: RenderedVersionDto,
    nullable: true,
    description: 'Null if the subscription did not exist at that time.',
  })
  readonly recorded!: RenderedVersionDto | null;

  @ApiProperty({
    type: RenderedVersionDto,
    nullable: true,
    description: 'Null if the subscription does not exist any more.',
  })
  readonly current!: RenderedVersionDto | null;

  @ApiProperty({ type: [String], example: ['message.body'], description: 'Paths of the fields that differ.' })
  readonly changed!: readonly string[];
}

/** A delivery that the replay creates. */
export class ReplaySampleDto {
  @ApiProperty({ format: 'uuid' })
  readonly eventId!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly eventType!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly receivedAt!: string;

  @ApiProperty({ example: 'points-sms' })
  readonly subscription!: string;

  @ApiProperty({ description: 'Number of the subscription version that is used.' })
  readonly version!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sms',
    description: 'Null if the route of the subscription chooses it when the delivery is due.',
  })
  readonly destination!: string | null;

  @ApiProperty({ type: [String], example: ['push', 'sms'], description: 'Destinations that may be chosen.' })
  readonly candidates!: readonly string[];

  @ApiProperty({
    type: ReplayDifferenceDto,
    nullable: true,
    description: 'Difference between recorded and current version. Null unless `dryRun` is set.',
  })
  readonly difference!: ReplayDifferenceDto | null;
}

/** Result of a replay request: the number of deliveries, and the started replay. A dry run starts no replay. */
export class ReplayAnswerDto {
  @ApiProperty({ type: ReplayDto, nullable: true, description: 'Null for a dry run.' })
  readonly replay!: ReplayDto | null;

  @ApiProperty({ description: 'Number of deliveries that the replay creates.' })
  readonly count!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(['none', ...DELIVERY_STATES].map((state) => [state, COUNTS])),
    description:
      'The same number by the state of the earlier delivery of the same event and subscription. `none`: there was no ' +
      'earlier delivery. States without deliveries are left out.',
  })
  readonly countByState!: CountByState;

  @ApiProperty({ description: 'False if counting reached its time limit and there are more deliveries.' })
  readonly countIsExact!: boolean;

  @ApiProperty({ description: 'Number of scanned events or earlier deliveries.' })
  readonly scanned!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(REPLAY_SKIPS.map((skip) => [skip, COUNTS])),
    description: 'Number of scanned items without a new delivery, by cause.',
  })
  readonly skipped!: ReplaySkips;

  @ApiProperty({ type: [ReplaySampleDto], description: 'First deliveries of the replay, oldest first.' })
  readonly sample!: readonly ReplaySampleDto[];
}
