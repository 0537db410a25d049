import { Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sees, type Caller } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { pageByName } from '../common/name-page.js';
import { PageQuery } from '../common/page.dto.js';
import { EntityTagHeader } from '../configuration/entity-tags.service.js';
import { ETAG_HEADER } from '../configuration/write-operation.decorators.js';
import { BrandDto, BrandPageDto, brandView } from './brand.dto.js';

/** Read access to brands. */
@AdminController('v1/brands', 'brands')
export class BrandsController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
  ) {}

  /** Lists the brands that the caller may see. */
  @Get()
  @ScopedToCaller(true)
  @ApiOperation({ summary: 'List brands, ordered by name' })
  @ApiOkResponse({ type: BrandPageDto })
  async list(@CurrentCaller() caller: Caller, @KnownQuery() query: PageQuery): Promise<BrandPageDto> {
    const visible = (await this.brands.directory()).filter(({ id }) => sees(caller, id));
    const { data, nextCursor } = pageByName(visible, ({ name }) => name, query);
    return { data: (await this.brands.load(data)).map(brandView), nextCursor };
  }

  /** Returns a brand. */
  @Get(':brand')
  @ApiOperation({ summary: 'Get a brand' })
  @ApiOkResponse({ type: BrandDto, headers: ETAG_HEADER })
  @ApiProblem(404, 'The brand does not exist')
  async get(@Param('brand') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<BrandDto> {
    const current = await this.brands.findBrand(name);
    return this.etagHeader.set(reply, current, { kind: 'brand', name }, brandView(current.brand));
  }
}
