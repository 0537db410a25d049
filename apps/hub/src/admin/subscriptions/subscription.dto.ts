import { ApiProperty } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { ManagedDto } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';

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
}

/** A page of subscriptions. */
export class SubscriptionPageDto extends PageDto {
  @ApiProperty({ type: [SubscriptionDto] })
  readonly data!: readonly SubscriptionDto[];
}
