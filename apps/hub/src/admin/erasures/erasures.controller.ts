import { Get, Param, Delete, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiAcceptedResponse } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page.dto.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { ErasureDto, ErasurePageDto, erasureView } from './erasure.dto.js';
import { Erasures } from './erasures.service.js';

/** Endpoint of `patchbay forget`. */
@AdminController('v1/brands/:brand/customers', 'customers')
@ShowsPeopleIn('requestedBy')
export class CustomersController {
  constructor(private readonly erasures: Erasures) {}

  /** Erases a customer. */
  @Delete(':customerId')
  @RequiresRole('admin')
  @ApiOperation({
    summary: 'Forget a customer',
    description:
      'Cancels all waiting deliveries of events that name the customer and erases the stored content of those ' +
      'events. The events remain with their type and time. Once this has returned, data from before this time is ' +
      'not stored any more. Unknown customers can be erased too. For a `pii-less` brand the id may be an e-mail ' +
      'address or a phone number with +, if the brand stores its keyed hash. A customer who is stored in two forms ' +
      'is erased in both, with one receipt each; the response is the receipt that erased more events.',
  })
  @ApiOkResponse({ type: ErasureDto, description: 'The receipt of the finished erasure' })
  @ApiAcceptedResponse({
    type: ErasureDto,
    description: 'The erasure is still running; get `…/erasures/:id` for its progress',
  })
  @ApiProblem(404, 'The brand does not exist')
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

/** Read access to erasures and their receipts. */
@AdminController('v1/brands/:brand/erasures', 'customers')
@ShowsPeopleIn('requestedBy')
export class ErasuresController {
  constructor(private readonly erasures: Erasures) {}

  /** Lists the erasures of a brand. */
  @Get()
  @ApiOperation({ summary: 'List erasures, newest first', description: 'Erasures do not name the customer.' })
  @ApiOkResponse({ type: ErasurePageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ErasurePageDto> {
    const page = await this.erasures.list(brand, query);
    return { data: page.data.map(erasureView), nextCursor: page.nextCursor };
  }

  /** Returns an erasure. */
  @Get(':id')
  @ApiOperation({ summary: 'Get an erasure: its progress, or its receipt' })
  @ApiOkResponse({ type: ErasureDto })
  @ApiProblem(404, 'The brand or the erasure does not exist')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ErasureDto> {
    return erasureView(await this.erasures.get(brand, id));
  }
}
