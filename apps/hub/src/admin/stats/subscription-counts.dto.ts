import { ApiProperty } from '@nestjs/swagger';
import type { SubscriptionCounts } from '@patchbay/core';
import { EventOutcomesDto } from '../common/delivery-outcomes.dto.js';

/** Deliveries of one subscription by outcome. */
export class SubscriptionCountsDto extends EventOutcomesDto {
  @ApiProperty({ example: 'points-sms', description: 'Name of the subscription.' })
  readonly subscription!: string;

  @ApiProperty({
    description:
      'False if only the newest deliveries of a destination were counted. At most 50,000 deliveries of a brand are ' +
      'counted, and each destination has the same share.',
  })
  readonly countIsExact!: boolean;
}

/** Deliveries of a brand by subscription. */
export class SubscriptionCountsListDto {
  @ApiProperty({ format: 'date-time', description: 'Deliveries that were created at this time or later are counted.' })
  readonly from!: string;

  @ApiProperty({ type: [SubscriptionCountsDto], description: 'All subscriptions of the brand, by name.' })
  readonly data!: readonly SubscriptionCountsDto[];
}

const NOTHING = { delivered: 0, undelivered: 0, failed: 0, waiting: 0, notSent: 0, merged: 0, countIsExact: true };

/** Builds the view of the subscriptions of a brand with their counts. */
export function subscriptionCountsView(
  subscriptions: readonly { readonly subscriptionId: string; readonly name: string }[],
  counts: readonly SubscriptionCounts[],
): readonly SubscriptionCountsDto[] {
  const byId = new Map(counts.map(({ subscriptionId, ...others }) => [subscriptionId, others]));
  return subscriptions
    .map(({ subscriptionId, name }) => ({ subscription: name, ...(byId.get(subscriptionId) ?? NOTHING) }))
    .sort((one, other) => (one.subscription < other.subscription ? -1 : 1));
}
