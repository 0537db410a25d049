import { HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { DeliveryInterventionsService } from './delivery-interventions.service.js';
import { DeliveryDto, deliveryView } from './delivery.dto.js';
import { RedeliverQuery } from './delivery-query.dto.js';

/** Endpoints that redeliver and cancel single deliveries. */
@AdminController('v1/brands/:brand/deliveries/:id', 'deliveries')
@RequiresRole('operator')
@ApiProblem(404, 'The brand or the delivery does not exist')
export class DeliveryInterventionsController {
  constructor(private readonly interventions: DeliveryInterventionsService) {}

  /** Requests one more attempt of a delivery. */
  @Post('redeliver')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'redeliver',
    summary: 'Redeliver an ended delivery now',
    description:
      'Makes one more attempt, even if the retry schedule is used up. It has the same idempotency key, so that a ' +
      'vendor that already took the message drops the duplicate. With `force`, a succeeded delivery is sent again ' +
      'as a new delivery, which is returned.',
  })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(409, 'The delivery still waits, has succeeded, or cannot be sent any more')
  async redeliver(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
    @KnownQuery() { force }: RedeliverQuery,
  ): Promise<DeliveryDto> {
    return deliveryView(await this.interventions.redeliver(caller, brand, id, force === 'true'));
  }

  /** Cancels a delivery. */
  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a waiting delivery',
    description: 'Also cancels a dead or unconfirmed delivery that blocks later deliveries of its order key.',
  })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(409, 'The delivery is in flight or has ended')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
  ): Promise<DeliveryDto> {
    return deliveryView(await this.interventions.cancel(caller, brand, id));
  }
}
