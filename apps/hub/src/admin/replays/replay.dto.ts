import { ApiProperty } from '@nestjs/swagger';
import {
  DELIVERY_STATES,
  REPLAY_MAPPINGS,
  REPLAY_SKIPS,
  REPLAY_STATES,
  type ReplayMapping,
  type ReplayOutcomes,
  type ReplaySkips,
  type ReplayState,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';
import { PreviewProblemDto } from '../preview/preview.dto.js';

const COUNTS = { type: 'integer' } as const;

/** A replay, and how far it got. */
export class ReplayDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: REPLAY_STATES,
    description: 'cancelling: it makes nothing any more, and what waits of it is being cancelled.',
  })
  readonly state!: ReplayState;

  @ApiProperty({ enum: REPLAY_MAPPINGS })
  readonly mapping!: ReplayMapping;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly filter!: JsonObject;

  @ApiProperty({ type: Number, nullable: true })
  readonly ratePerSecond!: number | null;

  @ApiProperty({ description: 'The name of the key that asked for it.' })
  readonly requestedBy!: string;

  @ApiProperty({ description: 'Deliveries that were counted before it started.' })
  readonly expected!: number;

  @ApiProperty({ description: 'False: there are more than were counted.' })
  readonly expectedIsExact!: boolean;

  @ApiProperty({ description: 'Events or earlier deliveries that were looked at so far.' })
  readonly scanned!: number;

  @ApiProperty({ description: 'Deliveries created so far.' })
  readonly created!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(REPLAY_SKIPS.map((skip) => [skip, COUNTS])),
    description:
      'What nothing was made of: no subscription wants it; a filter exceeds its budget; a later delivery of the same event and subscription is ' +
      'stored; its destination was deleted; its personal values cannot be opened.',
  })
  readonly skipped!: ReplaySkips;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A replay with what became of its deliveries. */
export class ReplayProgressDto extends ReplayDto {
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(DELIVERY_STATES.map((state) => [state, COUNTS])),
    description: 'How many of its deliveries are in each state; states without any are left out.',
  })
  readonly outcomes!: ReplayOutcomes;
}

/** A page of replays, the newest first. */
export class ReplayPageDto extends PageDto {
  @ApiProperty({ type: [ReplayDto] })
  readonly data!: readonly ReplayDto[];
}

/** What a version of a subscription makes of an event, with an invented recipient. */
export class RenderedVersionDto {
  @ApiProperty({ description: 'The number of the version.' })
  readonly version!: number;

  @ApiProperty({ example: 'sms' })
  readonly destination!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly message!: JsonObject | null;

  @ApiProperty({ type: [PreviewProblemDto], description: 'Empty where the message could be sent.' })
  readonly problems!: readonly PreviewProblemDto[];
}

/** What was made of an event at its time, and what is made of it now. */
export class ReplayDifferenceDto {
  @ApiProperty({ type: RenderedVersionDto, nullable: true, description: 'null: there was no such subscription.' })
  readonly recorded!: RenderedVersionDto | null;

  @ApiProperty({ type: RenderedVersionDto, nullable: true, description: 'null: there is no such subscription now.' })
  readonly current!: RenderedVersionDto | null;

  @ApiProperty({ type: [String], example: ['message.body'], description: 'Where they differ.' })
  readonly changed!: readonly string[];
}

/** One delivery that a replay makes. */
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

  @ApiProperty({ description: 'The number of the version that it goes out by.' })
  readonly version!: number;

  @ApiProperty({ example: 'sms' })
  readonly destination!: string;

  @ApiProperty({ type: ReplayDifferenceDto, nullable: true, description: 'With `dryRun` only.' })
  readonly difference!: ReplayDifferenceDto | null;
}

/** What a replay comes to: counted, and started unless it was a dry run. */
export class ReplayAnswerDto {
  @ApiProperty({ type: ReplayDto, nullable: true, description: 'null: it was a dry run.' })
  readonly replay!: ReplayDto | null;

  @ApiProperty({ description: 'Deliveries that it makes.' })
  readonly count!: number;

  @ApiProperty({ description: 'False: counting took too long, and there are more.' })
  readonly countIsExact!: boolean;

  @ApiProperty({ description: 'Events or earlier deliveries that were looked at.' })
  readonly scanned!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(REPLAY_SKIPS.map((skip) => [skip, COUNTS])),
    description: 'What nothing is made of, and why.',
  })
  readonly skipped!: ReplaySkips;

  @ApiProperty({ type: [ReplaySampleDto], description: 'The first of them, the oldest first.' })
  readonly sample!: readonly ReplaySampleDto[];
}
