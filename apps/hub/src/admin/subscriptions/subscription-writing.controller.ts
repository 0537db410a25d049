import { Body, Delete, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import type { Caller, ConfigurationProblem, JsonObject } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonObjectPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration, findByName, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { ApiCreateBody, ApiPatchBody } from '../configuration/api-body.decorators.js';
import { ConfirmationQuery, confirmationOf } from '../configuration/confirmation-query.dto.js';
import { warningViews } from '../configuration/configuration-warning.dto.js';
import { ConfigurationWriter } from '../configuration/configuration-writer.service.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ApiChanges, ApiCreates, ApiDeletes } from '../configuration/write-operation.decorators.js';
import { subscriptionView, WrittenSubscriptionDto } from './subscription.dto.js';

/** Endpoints that create, change and delete subscriptions. */
@AdminController('v1/brands/:brand/subscriptions', 'subscriptions')
@RequiresRole('admin')
export class SubscriptionWritingController {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
  ) {}

  /** Creates a subscription. */
  @Post()
  @ApiCreates(
    WrittenSubscriptionDto,
    'Create a subscription',
    'The body has the fields of a brand file. Once this has returned, every process routes new events by it.',
  )
  @ApiCreateBody('subscription', {
    name: 'points-crm',
    source: 'shop',
    events: ['points*'],
    destination: 'crm',
    mapping: { body: { id: '{{ event.id }}' } },
  })
  @ApiProblem(404, 'The brand does not exist')
  async create(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSubscriptionDto> {
    const { name, warnings } = await this.writer.create(caller, { brand, kind: 'subscription', body });
    void reply.header('location', `/v1/brands/${brand}/subscriptions/${name}`);
    return this.currentView(reply, brand, name, warnings);
  }

  /** Changes a subscription. */
  @Patch(':name')
  @ApiChanges(
    WrittenSubscriptionDto,
    'Change a subscription',
    'A subscription that a file manages can only be changed in that file.',
  )
  @ApiPatchBody('subscription', { when: { 'data.points': { $gte: 50 } } })
  @ApiProblem(404, 'The brand or the subscription does not exist')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSubscriptionDto> {
    const warnings = await this.writer.change(
      caller,
      { brand, part: { kind: 'subscription', name }, ifMatch },
      body,
      confirmationOf(query),
    );
    return this.currentView(reply, brand, name, warnings);
  }

  /** Deletes a subscription. */
  @Delete(':name')
  @ApiDeletes('Delete a subscription', 'Idempotent. Existing deliveries of the subscription are still sent.')
  @ApiProblem(404, 'The brand does not exist')
  delete(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
  ): Promise<void> {
    return this.writer.delete(caller, { brand, part: { kind: 'subscription', name }, ifMatch }, confirmationOf(query));
  }

  private async currentView(
    reply: FastifyReply,
    brandName: string,
    name: string,
    warnings: readonly ConfigurationProblem[],
  ): Promise<WrittenSubscriptionDto> {
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
      { ...subscriptionView(subscription, current.configuration), warnings: warningViews(warnings) },
    );
  }
}
