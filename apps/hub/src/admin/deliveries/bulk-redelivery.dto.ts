import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { REDELIVERY_REFUSALS, type DeliveryState, type RedeliveryRefusal } from '@patchbay/core';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { ReplayFilterDto } from '../replays/replay-request.dto.js';

/** States of deliveries that can be redelivered together. */
const STATES = ['dead', 'unconfirmed', 'suppressed', 'cancelled'] as const satisfies readonly DeliveryState[];

/** Maximum number of ids in one request. */
const MAX_IDS = 1_000;

/** Filter of the deliveries to redeliver. All fields that are set have to match. */
export class BulkRedeliveryFilterDto extends OmitType(ReplayFilterDto, ['status', 'vendorStatus']) {
  @ApiProperty({ enum: STATES })
  @IsIn(STATES)
  readonly status!: (typeof STATES)[number];
}

/** Deliveries to redeliver: by id or by a filter. */
export class BulkRedeliveryDto {
  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: MAX_IDS, description: 'Ids of deliveries.' })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDS)
  @IsUUID(undefined, { each: true })
  readonly ids?: readonly string[];

  @ApiPropertyOptional({
    type: BulkRedeliveryFilterDto,
    description: 'Filter, such as the `filter` of a group of failures. Set either `ids` or `filter`.',
  })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => BulkRedeliveryFilterDto)
  readonly filter?: BulkRedeliveryFilterDto;

  @ApiPropertyOptional({ default: false, description: 'Count only.' })
  @Optional()
  @IsBoolean()
  readonly dryRun: boolean = false;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous answer, to continue with the same filter.' })
  @Optional()
  @IsString()
  @Matches(/^[\w.~=-]{1,500}$/, { message: 'cursor must be the nextCursor of an answer of this endpoint' })
  readonly cursor?: string;
}

/** Deliveries that were not redelivered, for one reason. */
export class RefusedRedeliveryDto {
  @ApiProperty({
    enum: REDELIVERY_REFUSALS,
    description: 'Code of `reason`, for clients that show it in another language.',
  })
  readonly code!: RedeliveryRefusal;

  @ApiProperty({ example: 'This delivery is already scheduled for its next attempt.' })
  readonly reason!: string;

  @ApiProperty({ type: 'integer' })
  readonly count!: number;

  @ApiProperty({ type: [String], format: 'uuid', description: 'The first ten of the deliveries.' })
  readonly deliveries!: readonly string[];
}

/** Result of redelivering several deliveries. */
export class BulkRedeliveryAnswerDto {
  @ApiProperty({
    type: 'integer',
    description: 'Number of deliveries that get one more attempt. With `dryRun`, the number that would get one.',
  })
  readonly count!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(STATES.map((state) => [state, { type: 'integer' }])),
    description: 'The same number by the state in which the deliveries were. States without deliveries are left out.',
  })
  readonly countByState!: CountByEndedState;

  @ApiProperty({ type: [RefusedRedeliveryDto], description: 'Deliveries that were left out, by reason.' })
  readonly refused!: readonly RefusedRedeliveryDto[];

  @ApiProperty({
    description:
      'True if all deliveries were handled. Else repeat the request with `cursor` set to `nextCursor`, because the ' +
      'time limit of one call was reached, or because a destination has too many due deliveries.',
  })
  readonly isComplete!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cursor with which the next call continues. Null if `isComplete`, or if it starts again.',
  })
  readonly nextCursor!: string | null;
}

/** Numbers of deliveries by the state in which they ended. */
export type CountByEndedState = Partial<Record<DeliveryState, number>>;
