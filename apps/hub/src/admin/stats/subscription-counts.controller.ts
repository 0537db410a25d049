import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Clock } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CLOCK } from '../../database/database.module.js';
import { LAG_HEADERS } from '../../http/position-header.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ListAnswers } from '../common/list-answers.service.js';
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
    private readonly lists: ListAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counts the deliveries of the last 24 hours per subscription. */
  @Get()
  @ApiOperation({
    operationId: 'getSubscriptionCounts',
    summary: 'Count the deliveries of the last 24 hours by subscription and state',
  })
  @ApiOkResponse({ type: SubscriptionCountsListDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand does not exist')
  async get(
    @Param('brand') brandName: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionCountsListDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const from = this.clock.now() - RANGE_MS;
    const rows = await this.lists.read(reply, ({ counts }) => counts.subscriptionCounts(brand.id, from));
    const subscriptions = recordsOfBrand(configuration.records.subscriptions, brand);
    return { from: isoTime(from), data: subscriptionCountsView(subscriptions, rows) };
  }
}
