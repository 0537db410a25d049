import { Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration, findByName, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { pageByName } from '../common/name-page.js';
import { PageQuery } from '../common/page.dto.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ETAG_HEADER } from '../configuration/write-operation.decorators.js';
import { SubscriptionDto, SubscriptionPageDto, subscriptionView } from './subscription.dto.js';

/** Read access to subscriptions. */
@AdminController('v1/brands/:brand/subscriptions', 'subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
  ) {}

  /** Lists the subscriptions of a brand. */
  @Get()
  @ApiOperation({ summary: 'List the subscriptions of a brand, ordered by name' })
  @ApiOkResponse({ type: SubscriptionPageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brandName: string, @KnownQuery() query: PageQuery): Promise<SubscriptionPageDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const all = recordsOfBrand(configuration.records.subscriptions, brand);
    const { data, nextCursor } = pageByName(all, ({ name }) => name, query);
    return { data: data.map((subscription) => subscriptionView(subscription, configuration)), nextCursor };
  }

  /** Returns a subscription. */
  @Get(':name')
  @ApiOperation({ summary: 'Get a subscription' })
  @ApiOkResponse({ type: SubscriptionDto, headers: ETAG_HEADER })
  @ApiProblem(404, 'The brand or the subscription does not exist')
  async get(
    @Param('brand') brandName: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionDto> {
    const current = await this.brands.findBrand(brandName);
    const subscription = findByName(
      recordsOfBrand(current.configuration.records.subscriptions, current.brand),
      name,
      'subscription',
    );
    return this.etagHeader.set(
      reply,
      current,
      { kind: 'subscription', name },
      subscriptionView(subscription, current.configuration),
    );
  }
}
