import { Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Clock, ReadStore } from '@patchbay/core';
import { CLOCK, READ_STORE } from '../../database/database.module.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { isoTime } from '../common/time-range.dto.js';
import { SubscriptionCountsListDto, subscriptionCountsView } from './subscription-counts.dto.js';

/** Counted time range, in milliseconds. */
const RANGE_MS = 86_400_000;

/** Read access to the number of deliveries per subscription. */
@AdminController('v1/brands/:brand/stats/subscriptions', 'stats')
export class SubscriptionCountsController {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'subscriptionCounts'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counts the deliveries of the last 24 hours per subscription. */
  @Get()
  @ApiOperation({
    operationId: 'getSubscriptionCounts',
    summary: 'Count the deliveries of the last 24 hours by subscription and state',
  })
  @ApiOkResponse({ type: SubscriptionCountsListDto })
  @ApiProblem(404, 'The brand does not exist')
  async get(@Param('brand') brandName: string): Promise<SubscriptionCountsListDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const from = this.clock.now() - RANGE_MS;
    const counts = await this.store.subscriptionCounts(brand.id, from);
    const subscriptions = recordsOfBrand(configuration.records.subscriptions, brand);
    return { from: isoTime(from), data: subscriptionCountsView(subscriptions, counts) };
  }
}
