import { Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { pageByName } from '../common/name-page.js';
import { PageQuery } from '../common/page.dto.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ETAG_HEADER } from '../configuration/write-operation.decorators.js';
import { CallbackUrlAccess } from './callback-url.service.js';
import { DestinationDto, DestinationPageDto, DestinationViews } from './destination.dto.js';

/** Read access to destinations. */
@AdminController('v1/brands/:brand/destinations', 'destinations')
@ShowsPeopleIn('pausedByName', 'connectedBy')
export class DestinationsController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly views: DestinationViews,
    private readonly etagHeader: EntityTagHeader,
    private readonly callbackUrls: CallbackUrlAccess,
  ) {}

  /** Lists the destinations of a brand. */
  @Get()
  @ApiOperation({ summary: 'List the destinations of a brand, ordered by name' })
  @ApiOkResponse({ type: DestinationPageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brandName: string, @KnownQuery() query: PageQuery): Promise<DestinationPageDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const all = recordsOfBrand(configuration.records.destinations, brand);
    const { data, nextCursor } = pageByName(all, ({ name }) => name, query);
    return {
      data: await this.views.list(data, brand),
      nextCursor,
    };
  }

  /** Returns a destination. */
  @Get(':name')
  @ApiOperation({ summary: 'Get a destination' })
  @ApiOkResponse({ type: DestinationDto, headers: ETAG_HEADER })
  @ApiProblem(404, 'The brand or the destination does not exist')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('brand') brandName: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationDto> {
    const current = await this.brands.findDestination(brandName, name);
    const callbackUrl = await this.callbackUrls.show(caller, current);
    const view = await this.views.of(current.destination, current.brand, callbackUrl);
    return this.etagHeader.set(reply, current, { kind: 'destination', name }, view);
  }
}
