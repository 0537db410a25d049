import { Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ReadStore } from '@patchbay/core';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { READ_STORE } from '../../tokens.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { readPage } from '../common/read-api-page.js';
import { found, storedId } from '../common/stored-id.js';
import { deliveryFilter, DeliveryQuery } from './delivery-query.dto.js';
import { DeliveryDto, DeliveryPageDto } from './delivery.dto.js';
import { deliverySummaryView, deliveryView } from './delivery.view.js';

/** What goes out. */
@AdminController('v1/brands/:brand/deliveries', 'deliveries')
export class DeliveriesController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    @Inject(READ_STORE) private readonly store: ReadStore,
  ) {}

  /** The deliveries of a brand. */
  @Get()
  @ApiOperation({ summary: "A brand's deliveries, the newest first" })
  @ApiOkResponse({ type: DeliveryPageDto })
  @ApiProblem(404, 'There is no such brand')
  async list(@Param('brand') brandName: string, @KnownQuery() query: DeliveryQuery): Promise<DeliveryPageDto> {
    const current = await this.brands.findBrand(brandName);
    const filter = await this.customers.inFilter(deliveryFilter(query), current);
    const page = await readPage(query, (request) => this.store.deliveries(current.brand.id, filter, request));
    return { data: page.data.map(deliverySummaryView), nextCursor: page.nextCursor };
  }

  /** One delivery. */
  @Get(':id')
  @ApiOperation({ summary: 'A delivery with its attempts' })
  @ApiOkResponse({ type: DeliveryDto })
  @ApiProblem(404, 'The brand has no such delivery')
  async get(@Param('brand') brandName: string, @Param('id') id: string): Promise<DeliveryDto> {
    const { brand } = await this.brands.findBrand(brandName);
    return deliveryView(found(await this.store.delivery(brand.id, storedId(id, 'delivery')), 'delivery', id));
  }
}
