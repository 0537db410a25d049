import { Body, Delete, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import type { Caller, JsonObject } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonObjectPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration, findByName, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { ApiCreateBody, ApiPatchBody } from '../configuration/api-body.decorators.js';
import { ConfigurationWriter } from '../configuration/configuration-writer.service.js';
import { ConfirmationQuery, confirmationOf, DeleteDestinationQuery } from '../configuration/confirmation-query.dto.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ApiChanges, ApiCreates, ApiDeletes } from '../configuration/write-operation.decorators.js';
import { DestinationDto, DestinationViews } from './destination.dto.js';

/** Endpoints that create, change and delete destinations. */
@AdminController('v1/brands/:brand/destinations', 'destinations')
@RequiresRole('admin')
@ShowsPeopleIn('pausedByName', 'connectedBy')
export class DestinationWritingController {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
    private readonly views: DestinationViews,
  ) {}

  /** Creates a destination. */
  @Post()
  @ApiCreates(
    DestinationDto,
    'Create a destination',
    'The body has the fields of a brand file. Credentials are write-only. Credentials that a later change omits ' +
      'are kept, unless the change sets an address on another host.',
  )
  @ApiCreateBody('destination', {
    name: 'sms',
    type: 'acme-sms',
    credentials: { apiKey: 'a-long-secret' },
    settings: { from: '+15005550006' },
  })
  @ApiProblem(404, 'The brand does not exist')
  async create(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationDto> {
    const { name } = await this.writer.create(caller, { brand, kind: 'destination', body });
    void reply.header('location', `/v1/brands/${brand}/destinations/${name}`);
    return this.currentView(reply, brand, name);
  }

  /** Changes a destination. */
  @Patch(':name')
  @ApiChanges(
    DestinationDto,
    'Change a destination',
    'A destination that a file manages can only be changed in that file.',
  )
  @ApiPatchBody('destination', { settings: { method: 'PUT' }, limits: { ratePerSecond: 5 } })
  @ApiProblem(404, 'The brand or the destination does not exist')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DestinationDto> {
    await this.writer.change(
      caller,
      { brand, part: { kind: 'destination', name }, ifMatch },
      body,
      confirmationOf(query),
    );
    return this.currentView(reply, brand, name);
  }

  /** Deletes a destination. */
  @Delete(':name')
  @ApiDeletes(
    'Delete a destination',
    'Idempotent. If deliveries wait for the destination, `atMost` or `force` is required.',
  )
  @ApiProblem(404, 'The brand does not exist')
  delete(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: DeleteDestinationQuery,
  ): Promise<void> {
    return this.writer.delete(caller, { brand, part: { kind: 'destination', name }, ifMatch }, confirmationOf(query));
  }

  private async currentView(reply: FastifyReply, brandName: string, name: string): Promise<DestinationDto> {
    const current = await this.brands.findBrand(brandName);
    const destination = findByName(
      recordsOfBrand(current.configuration.records.destinations, current.brand),
      name,
      'destination',
    );
    return this.etagHeader.set(
      reply,
      current,
      { kind: 'destination', name },
      await this.views.of(destination, current.brand),
    );
  }
}
