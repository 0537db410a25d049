import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ReadStore } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { LAG_HEADERS } from '../../http/position-header.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { READ_STORE } from '../../database/database.module.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { ListAnswers } from '../common/list-answers.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { deliveryFilter, DeliveryQuery } from './delivery-query.dto.js';
import { DeliveryDto, DeliveryPageDto, deliverySummaryView, deliveryView } from './delivery.dto.js';

/** Read access to deliveries. */
@AdminController('v1/brands/:brand/deliveries', 'deliveries')
export class DeliveriesController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly lists: ListAnswers,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'delivery'>,
  ) {}

  /** Lists deliveries of a brand. */
  @Get()
  @ApiOperation({ summary: 'List deliveries of a brand, newest first' })
  @ApiOkResponse({ type: DeliveryPageDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand does not exist')
  async list(
    @Param('brand') brandName: string,
    @KnownQuery() query: DeliveryQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeliveryPageDto> {
    const current = await this.brands.findBrand(brandName);
    const filter = await this.customers.inFilter(deliveryFilter(query), current);
    const page = await this.lists.readAbout(filter, reply, ({ events }) =>
      readPage(query, (request) => events.deliveries(current.brand.id, filter, request)),
    );
    return { data: page.data.map(deliverySummaryView), nextCursor: page.nextCursor };
  }

  /** Returns a delivery. */
  @Get(':id')
  @ApiOperation({ summary: 'Get a delivery with its attempts' })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(404, 'The brand or the delivery does not exist')
  async get(@Param('brand') brandName: string, @Param('id') id: string): Promise<DeliveryDto> {
    const { brand } = await this.brands.findBrand(brandName);
    return deliveryView(found(await this.store.delivery(brand.id, storedId(id, 'delivery')), 'delivery', id));
  }
}
