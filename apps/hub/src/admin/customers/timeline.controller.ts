import { Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { ReadStore } from '@patchbay/core';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { READ_STORE } from '../../database/database.module.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { readPage } from '../common/page.dto.js';
import { EventExplainer } from '../events/event-explainer.service.js';
import { TimelineDto, timelineEventView, timelineFilter, TimelineQuery } from './timeline.dto.js';

/** Timeline of a customer. */
@AdminController('v1/brands/:brand/customers/:id/timeline', 'customers')
export class TimelineController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly explainer: EventExplainer,
    @Inject(READ_STORE) private readonly store: ReadStore,
  ) {}

  /** Lists a customer's events with the outcome for each subscription. */
  @Get()
  @ApiOperation({
    operationId: 'getCustomerTimeline',
    summary: "List a customer's events, newest first, with the outcome for each subscription",
    description:
      'Contains no content of the events. For a `pii-less` brand, the id may be an e-mail address or a phone number ' +
      'with +, if the brand stores its keyed hash. A customer without events, or an erased customer, has no events here.',
  })
  @ApiOkResponse({ type: TimelineDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(
    @Param('brand') brandName: string,
    @Param('id') id: string,
    @KnownQuery() query: TimelineQuery,
  ): Promise<TimelineDto> {
    const current = await this.brands.findBrand(brandName);
    const { brand } = current;
    const customerId = await this.customers.stored(id, current);
    const filter = timelineFilter(query, customerId);
    const page = await readPage(query, (request) => this.store.events(brand.id, filter, request));
    const stored = await this.store.storedEvents(
      brand.id,
      page.data.map((event) => event.id),
    );
    const newestFirst = stored.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    const explained = await this.explainer.explain(newestFirst, current);
    return {
      customerId,
      data: explained.map((one) => timelineEventView(one, query.subscription)),
      nextCursor: page.nextCursor,
    };
  }
}
