import { Body, Delete, Headers, Param, Patch, Post, Res } from '@nestjs/common';
import type { Caller, ConfigurationProblem, JsonObject } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonObjectPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { ApiCreateBody, ApiPatchBody } from '../configuration/api-body.decorators.js';
import { BrandConfirmationQuery, ConfirmationQuery, confirmationOf } from '../configuration/confirmation-query.dto.js';
import { warningViews } from '../configuration/configuration-warning.dto.js';
import { ConfigurationWriter } from '../configuration/configuration-writer.service.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ApiChanges, ApiCreates, ApiDeletes } from '../configuration/write-operation.decorators.js';
import { brandView, WrittenBrandDto } from './brand.dto.js';

/**
 * Endpoints that create, change and delete brands. A brand that a file manages may also have objects that the API
 * manages.
 */
@AdminController('v1/brands', 'brands')
@RequiresRole('admin')
export class BrandWritingController {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
  ) {}

  /** Creates a brand. */
  @Post()
  @ApiCreates(
    WrittenBrandDto,
    'Create a brand',
    'The body has the fields of a brand file, except for its objects, which have their own routes.',
  )
  @ApiCreateBody('brand', { name: 'acme', timezone: 'Asia/Kolkata', privacy: 'standard', retention: '30d' })
  async create(
    @CurrentCaller() caller: Caller,
    @Body(JsonObjectPipe) body: JsonObject,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenBrandDto> {
    const { name, warnings } = await this.writer.create(caller, { brand: '', kind: 'brand', body });
    void reply.header('location', `/v1/brands/${name}`);
    return this.currentView(reply, name, warnings);
  }

  /** Changes a brand. */
  @Patch(':brand')
  @ApiChanges(WrittenBrandDto, 'Change a brand', 'A brand that a file manages can only be changed in that file.')
  @ApiPatchBody('brand', { timezone: 'Asia/Dubai', privacy: { mode: 'pii-less', keep: ['data.totalPointsIssued'] } })
  @ApiProblem(404, 'The brand does not exist')
  async change(
    @CurrentCaller() caller: Caller,
    @Param('brand') name: string,
    @Body(JsonObjectPipe) body: JsonObject,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: BrandConfirmationQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WrittenBrandDto> {
    const warnings = await this.writer.change(
      caller,
      { brand: name, part: { kind: 'brand', name }, ifMatch },
      body,
      confirmationOf(query),
    );
    return this.currentView(reply, name, warnings);
  }

  /** Deletes a brand. */
  @Delete(':brand')
  @ApiDeletes(
    'Delete an empty brand',
    'Idempotent. Also deletes the data key of the brand: data that was sealed for the brand can never be decrypted ' +
      'again.',
  )
  delete(
    @CurrentCaller() caller: Caller,
    @Param('brand') name: string,
    @Headers('if-match') ifMatch: string | undefined,
    @KnownQuery() query: ConfirmationQuery,
  ): Promise<void> {
    return this.writer.delete(caller, { brand: name, part: { kind: 'brand', name }, ifMatch }, confirmationOf(query));
  }

  private async currentView(
    reply: FastifyReply,
    name: string,
    warnings: readonly ConfigurationProblem[],
  ): Promise<WrittenBrandDto> {
    const current = await this.brands.findBrand(name);
    const view = { ...brandView(current.brand), warnings: warningViews(warnings) };
    return this.etagHeader.set(reply, current, { kind: 'brand', name }, view);
  }
}
