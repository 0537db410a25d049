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
import { SourceDto, SourcePageDto, SourceViews } from './source.dto.js';

/** Read access to sources. */
@AdminController('v1/brands/:brand/sources', 'sources')
export class SourcesController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly etagHeader: EntityTagHeader,
    private readonly views: SourceViews,
  ) {}

  /** Lists the sources of a brand. */
  @Get()
  @ApiOperation({ summary: 'List the sources of a brand, ordered by name' })
  @ApiOkResponse({ type: SourcePageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brandName: string, @KnownQuery() query: PageQuery): Promise<SourcePageDto> {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const all = recordsOfBrand(configuration.records.sources, brand);
    const { data, nextCursor } = pageByName(all, ({ name }) => name, query);
    return { data: await this.views.list(data, brand), nextCursor };
  }

  /** Returns a source. */
  @Get(':name')
  @ApiOperation({ summary: 'Get a source' })
  @ApiOkResponse({ type: SourceDto, headers: ETAG_HEADER })
  @ApiProblem(404, 'The brand or the source does not exist')
  async get(
    @Param('brand') brandName: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SourceDto> {
    const current = await this.brands.findBrand(brandName);
    const source = findByName(recordsOfBrand(current.configuration.records.sources, current.brand), name, 'source');
    return this.etagHeader.set(reply, current, { kind: 'source', name }, await this.views.of(source, current.brand));
  }
}
