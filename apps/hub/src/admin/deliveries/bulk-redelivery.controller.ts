import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { BulkRedeliveryAnswerDto, BulkRedeliveryDto } from './bulk-redelivery.dto.js';
import { BulkRedelivery } from './bulk-redelivery.service.js';

/** Endpoint that redelivers several deliveries. */
@AdminController('v1/brands/:brand/deliveries/redeliver', 'deliveries')
export class BulkRedeliveryController {
  constructor(private readonly redelivery: BulkRedelivery) {}

  /** Requests one more attempt of each of several deliveries. */
  @Post()
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    operationId: 'redeliverMany',
    summary: 'Redeliver ended deliveries by id or by cause, or count them with `dryRun`',
    description:
      'Makes one more attempt of each delivery, as the redelivery of a single delivery does: with the same idempotency ' +
      'key and the subscription version of the delivery. Use a replay to send with the current version. Deliveries that ' +
      'succeeded are left out.',
  })
  @ApiOkResponse({ type: BulkRedeliveryAnswerDto })
  @ApiProblem(404, 'The brand does not exist')
  request(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: BulkRedeliveryDto,
  ): Promise<BulkRedeliveryAnswerDto> {
    return this.redelivery.request(caller, brand, body);
  }
}
