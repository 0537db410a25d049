import { ApiProperty } from '@nestjs/swagger';
import type { AffectedDeliveries, WaitingEffect } from '@patchbay/core';

/** Waiting deliveries of one destination that a change affects. */
export class AffectedDeliveriesDto implements AffectedDeliveries {
  @ApiProperty({ example: 'acme' })
  readonly brand!: string;

  @ApiProperty({ example: 'sms' })
  readonly destination!: string;

  @ApiProperty({
    enum: ['end', 'hold', 'change_type'],
    description:
      '`end`: the deliveries are cancelled, because the destination is deleted. `hold`: they wait until the ' +
      'destination is in its file again. `change_type`: another destination type sends them.',
  })
  readonly effect!: WaitingEffect;

  @ApiProperty({ example: 2249 })
  readonly count!: number;
}
