import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryOutcomes, EventOutcomes } from '@patchbay/core';

/** Numbers of deliveries, or of the latest deliveries of an event, per outcome. */
export class DeliveryOutcomesDto implements DeliveryOutcomes {
  @ApiProperty({ type: 'integer', description: 'Accepted by the vendor.' })
  readonly delivered!: number;

  @ApiProperty({ type: 'integer', description: '`dead` and `unconfirmed`.' })
  readonly failed!: number;

  @ApiProperty({ type: 'integer', description: '`scheduled` and `held`.' })
  readonly waiting!: number;

  @ApiProperty({ type: 'integer', description: '`suppressed`, `superseded` and `cancelled`.' })
  readonly notSent!: number;

  @ApiProperty({ type: 'integer', description: 'Merged into a digest.' })
  readonly merged!: number;
}

/** Numbers of the latest deliveries of an event per outcome. */
export class EventOutcomesDto extends DeliveryOutcomesDto implements EventOutcomes {
  @ApiProperty({
    type: 'integer',
    description:
      'Part of `delivered`: messages that did not arrive, according to the vendor (bounced, undelivered or failed).',
  })
  readonly undelivered!: number;
}
