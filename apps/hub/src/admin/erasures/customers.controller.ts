import { Delete, Param, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ErasureDto } from './erasure.dto.js';
import { erasureView } from './erasure.view.js';
import { Erasures } from './erasures.service.js';

/** Customers, of whom there is nothing to be done here but to forget them. */
@AdminController('v1/brands/:brand/customers', 'customers')
export class CustomersController {
  constructor(private readonly erasures: Erasures) {}

  /** Forgets one. */
  @Delete(':customerId')
  @RequiresRole('admin')
  @ApiOperation({
    summary: 'Forget a customer',
    description:
      'Of every event that names the customer, what waits is cancelled and what is stored is erased; the event itself ' +
      'stays as one of its type and time. From the answer on, nothing of the time before comes in any more. A customer who ' +
      'is not known is forgotten too. For a pii-less brand the id may be the e-mail address or phone number (with +) of which ' +
      'a keyed hash is stored. A customer who is stored in two forms is forgotten in both, with a receipt for each; the ' +
      'answer is the one that erased more.',
  })
  @ApiOkResponse({ type: ErasureDto, description: 'The receipt' })
  @ApiAcceptedResponse({ type: ErasureDto, description: 'It goes on; see `…/erasures/:id`' })
  @ApiProblem(404, 'There is no such brand')
  async forget(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('customerId') customerId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureDto> {
    const erasure = await this.erasures.forget(caller, brand, customerId);
    if (erasure.state === 'running') void reply.status(202);
    return erasureView(erasure);
  }
}
