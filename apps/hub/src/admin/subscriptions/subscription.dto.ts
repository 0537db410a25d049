import { ApiProperty } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { ManagedDto } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';
import { MessagingDto } from './messaging.dto.js';

/** How deliveries of one customer keep their order. */
export class OrderingDto {
  @ApiProperty({ enum: ['customer'] })
  readonly by!: 'customer';

  @ApiProperty({
    type: [String],
    example: ['data.loyaltyProgramId'],
    description: 'Each value has an order of its own.',
  })
  readonly paths!: readonly string[];

  @ApiProperty({ enum: ['skip', 'block'], description: 'Whether a dead delivery holds up what comes after it.' })
  readonly onDead!: 'skip' | 'block';
}

/** Which events go where, and as what. */
export class SubscriptionDto extends ManagedDto {
  @ApiProperty({ example: 'points-sms' })
  readonly name!: string;

  @ApiProperty({ description: 'Grows with every change; earlier versions stay with the deliveries made by them.' })
  readonly version!: number;

  @ApiProperty({ example: 'capillary', description: 'The name of a source.' })
  readonly source!: string;

  @ApiProperty({ type: [String], example: ['points*'], description: 'Event types; `*` at the end: any ending.' })
  readonly events!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'The filter.' })
  readonly when!: JsonObject | null;

  @ApiProperty({ type: [String], example: ['customer'], description: 'What is fetched before its events are mapped.' })
  readonly enrich!: readonly string[];

  @ApiProperty({ example: 'sms', description: 'The name of a destination.' })
  readonly destination!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: "Event → message; null: the destination type's preset.",
  })
  readonly mapping!: JsonObject | null;

  @ApiProperty({ type: OrderingDto, nullable: true, description: 'null: deliveries go out as they come.' })
  readonly ordering!: OrderingDto | null;

  @ApiProperty({ description: 'A state is dropped when a newer one of the same key waits or was delivered.' })
  readonly supersede!: boolean;

  @ApiProperty({ type: MessagingDto, nullable: true, description: 'null: promotional, and no other rule.' })
  readonly messaging!: MessagingDto | null;
}

/** A page of subscriptions. */
export class SubscriptionPageDto extends PageDto {
  @ApiProperty({ type: [SubscriptionDto] })
  readonly data!: readonly SubscriptionDto[];
}
