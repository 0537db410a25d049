import { HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { DeliveryInterventionsService } from './delivery-interventions.service.js';
import { DeliveryDto } from './delivery.dto.js';
import { deliveryView } from './delivery.view.js';
import { RedeliverQuery } from './redeliver-query.dto.js';

/** What a person does to a delivery. */
@AdminController('v1/brands/:brand/deliveries/:id', 'deliveries')
@RequiresRole('operator')
@ApiProblem(404, 'The brand has no such delivery')
export class DeliveryInterventionsController {
  constructor(private readonly interventions: DeliveryInterventionsService) {}

  /** One more attempt. */
  @Post('redeliver')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Attempt an ended delivery once more, now',
    description:
      'The same delivery with the same idempotency key, so that a vendor that took it after all drops it; one attempt, ' +
      'whatever is left of its schedule. With `force`, what was delivered is sent again as a delivery of its own, which ' +
      'is answered.',
  })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(409, 'It still waits, was delivered, or cannot be sent any more')
  async redeliver(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
    @KnownQuery() { force }: RedeliverQuery,
  ): Promise<DeliveryDto> {
    return deliveryView(await this.interventions.redeliver(caller, brand, id, force === 'true'));
  }

  /** No more attempts. */
  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a delivery that waits',
    description: 'Or give up one that is dead or unconfirmed and holds up others of its key.',
  })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(409, 'It is in flight, or has ended')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
  ): Promise<DeliveryDto> {
    return deliveryView(await this.interventions.cancel(caller, brand, id));
  }
}
