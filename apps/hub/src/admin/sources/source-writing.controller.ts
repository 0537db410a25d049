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
import { SourceViews, WrittenSourceDto } from './source.dto.js';

/** Endpoints that create, change and delete sources. */
@AdminController('v1/brands/:brand/sources', 'sources')
@RequiresRole('admin')
export class SourceWritingController {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
    private readonly views: SourceViews,
  ) {}

  /** Creates a source. */
  @Post()
  @ApiCreates(
    WrittenSourceDto,
    'Create a source',
    'The body has the fields of a brand file. A change replaces a list of secrets as a whole: to rotate, send the ' +
      'new and the old secret.',
  )
  @ApiCreateBody('source', {
    name: 'shop',
    adapter: 'json',
    auth: { bearer: ['a-long-secret'] },
    paths: { type: 'kind' },
  })
  @ApiProblem(404, 'The brand does not exist')
  async create(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSourceDto> {
    const { name, warnings } = await this.writer.create(caller, { brand, kind: 'source', body });
    void reply.header('location', `/v1/brands/${brand}/sources/${name}`);
    return this.currentView(reply, brand, name, warnings);
  }

  /** Changes a source. */
  @Patch(':name')
  @ApiChanges(WrittenSourceDto, 'Change a source', 'A source that a file manages can only be changed in that file.')
  @ApiPatchBody('source', { auth: { bearer: ['a-new-secret', 'a-long-secret'] } })
  @ApiProblem(404, 'The brand or the source does not exist')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenSourceDto> {
    const warnings = await this.writer.change(
      caller,
      { brand, part: { kind: 'source', name }, ifMatch },
      body,
      confirmationOf(query),
    );
    return this.currentView(reply, brand, name, warnings);
  }

  /** Deletes a source. */
  @Delete(':name')
  @ApiDeletes('Delete a source', 'Idempotent. Events of the source stay stored and are still delivered.')
  @ApiProblem(404, 'The brand does not exist')
  delete(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
  ): Promise<void> {
    return this.writer.delete(caller, { brand, part: { kind: 'source', name }, ifMatch }, confirmationOf(query));
  }

  private async currentView(
    reply: FastifyReply,
    brandName: string,
    name: string,
    warnings: readonly ConfigurationProblem[],
  ): Promise<WrittenSourceDto> {
    const current = await this.brands.findBrand(brandName);
    const source = findByName(recordsOfBrand(current.configuration.records.sources, current.brand), name, 'source');
    const view = { ...(await this.views.of(source, current.brand)), warnings: warningViews(warnings) };
    return this.etagHeader.set(reply, current, { kind: 'source', name }, view);
  }
}
