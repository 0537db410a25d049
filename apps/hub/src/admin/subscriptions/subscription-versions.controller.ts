import { Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import type { Caller, SubscriptionHistory, SubscriptionVersion } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { SUBSCRIPTION_HISTORY } from '../../database/database.module.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import {
  FreshConfiguration,
  findByName,
  recordsOfBrand,
  type CurrentBrand,
} from '../common/fresh-configuration.service.js';
import { PageQuery, readPage } from '../common/page.dto.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { warningViews } from '../configuration/configuration-warning.dto.js';
import { ConfigurationWriter } from '../configuration/configuration-writer.service.js';
import { ConfirmationQuery, confirmationOf } from '../configuration/confirmation-query.dto.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ApiChanges } from '../configuration/write-operation.decorators.js';
import {
  SubscriptionVersionDto,
  SubscriptionVersionPageDto,
  VersionDiffDto,
  VersionDiffQuery,
  versionDiffView,
  versionSummaryView,
  versionView,
} from './subscription-version.dto.js';
import { subscriptionView, WrittenSubscriptionDto } from './subscription.dto.js';
import { VersionNumberPipe } from './version-number.pipe.js';

/** A subscription in force, with its brand. */
interface CurrentSubscription extends CurrentBrand {
  readonly subscription: CurrentBrand['configuration']['records']['subscriptions'][number];
}

/** Endpoints of the versions of a subscription. Every change of a subscription makes a version, which never changes. */
@AdminController('v1/brands/:brand/subscriptions/:name/versions', 'subscriptions')
@ShowsPeopleIn('createdBy')
export class SubscriptionVersionsController {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(SUBSCRIPTION_HISTORY) private readonly history: SubscriptionHistory,
    private readonly writer: ConfigurationWriter,
    private readonly etagHeader: EntityTagHeader,
  ) {}

  /** Lists the versions of a subscription. */
  @Get()
  @ApiOperation({ summary: 'List the versions of a subscription, newest first' })
  @ApiOkResponse({ type: SubscriptionVersionPageDto })
  @ApiProblem(404, 'The brand or the subscription does not exist')
  async list(
    @Param('brand') brand: string,
    @Param('name') name: string,
    @KnownQuery() query: PageQuery,
  ): Promise<SubscriptionVersionPageDto> {
    const { subscription } = await this.find(brand, name);
    const { subscriptionId } = subscription;
    const { data, nextCursor } = await readPage(query, (page) => this.history.versions(subscriptionId, page));
    return { data: data.map((version) => versionSummaryView(withFileOf(subscription, version))), nextCursor };
  }

  /** Returns a version with its content. */
  @Get(':version')
  @ApiOperation({ summary: 'Get a version of a subscription with its content' })
  @ApiParam({ name: 'version', type: 'integer', example: 6 })
  @ApiOkResponse({ type: SubscriptionVersionDto })
  @ApiProblem(404, 'The brand, the subscription or the version does not exist')
  async get(
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Param('version', VersionNumberPipe) number: number,
  ): Promise<SubscriptionVersionDto> {
    const { subscription, configuration } = await this.find(brand, name);
    const version = await this.version(subscription.subscriptionId, number);
    return versionView(withFileOf(subscription, version), configuration);
  }

  /** Compares two versions. */
  @Get(':version/diff')
  @ApiOperation({
    operationId: 'compareSubscriptionVersions',
    summary: 'Compare a version of a subscription with another one',
    description: 'Sources and destinations are compared by the names that they have now.',
  })
  @ApiParam({ name: 'version', type: 'integer', example: 7 })
  @ApiOkResponse({ type: VersionDiffDto })
  @ApiProblem(404, 'The brand, the subscription or a version does not exist')
  async compare(
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Param('version', VersionNumberPipe) number: number,
    @KnownQuery() { from }: VersionDiffQuery,
  ): Promise<VersionDiffDto> {
    const { subscription, configuration } = await this.find(brand, name);
    const { subscriptionId } = subscription;
    const after = await this.version(subscriptionId, number);
    const before =
      from === undefined
        ? await this.history.version(subscriptionId, number - 1)
        : await this.version(subscriptionId, from);
    return versionDiffView(before, after, configuration);
  }

  /** Makes a new version with the content of an earlier one. */
  @Post(':version/restore')
  @HttpCode(200)
  @RequiresRole('admin')
  @ApiParam({ name: 'version', type: 'integer', example: 6 })
  @ApiChanges(
    WrittenSubscriptionDto,
    'Restore a version of a subscription',
    'Makes a new version with the content of an earlier one. Makes none if the content is the present one.',
    'restoreSubscription',
  )
  @ApiProblem(404, 'The brand, the subscription or the version does not exist')
  async restore(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Param('version', VersionNumberPipe) number: number,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSubscriptionDto> {
    const { subscription } = await this.find(brand, name);
    const { record } = await this.version(subscription.subscriptionId, number);
    const part = { kind: 'subscription', name } as const;
    const warnings = await this.writer.restore(caller, { brand, part, ifMatch }, record, confirmationOf(query));
    const current = await this.find(brand, name);
    const view = {
      ...subscriptionView(current.subscription, current.configuration),
      warnings: warningViews(warnings),
    };
    return this.etagHeader.set(reply, current, part, view);
  }

  private async find(brandName: string, name: string): Promise<CurrentSubscription> {
    const current = await this.brands.findBrand(brandName);
    const all = recordsOfBrand(current.configuration.records.subscriptions, current.brand);
    return { ...current, subscription: findByName(all, name, 'subscription') };
  }

  private async version(subscriptionId: string, number: number): Promise<SubscriptionVersion> {
    const found = await this.history.version(subscriptionId, number);
    if (found !== null) return found;
    throw new ProblemError(
      404,
      `The subscription has no version ${number}. Choose a version of GET /v1/brands/:brand/subscriptions/:name/versions.`,
    );
  }
}

/** Shows the path of the file as for the subscription in force: relative to the configuration folder. */
function withFileOf({ file }: { readonly file: string | null }, version: SubscriptionVersion): SubscriptionVersion {
  return { ...version, record: { ...version.record, file } };
}
