import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page-query.dto.js';
import { ErasureDto, ErasurePageDto } from './erasure.dto.js';
import { erasureView } from './erasure.view.js';
import { Erasures } from './erasures.service.js';

/** Read access to erasures and their receipts. */
@AdminController('v1/brands/:brand/erasures', 'customers')
export class ErasuresController {
  constructor(private readonly erasures: Erasures) {}

  /** Lists the erasures of a brand. */
  @Get()
  @ApiOperation({ summary: 'List erasures, newest first', description: 'Erasures do not name the customer.' })
  @ApiOkResponse({ type: ErasurePageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ErasurePageDto> {
    const page = await this.erasures.list(brand, query);
    return { data: page.data.map(erasureView), nextCursor: page.nextCursor };
  }

  /** Returns an erasure. */
  @Get(':id')
  @ApiOperation({ summary: 'Get an erasure: its progress, or its receipt' })
  @ApiOkResponse({ type: ErasureDto })
  @ApiProblem(404, 'The brand or the erasure does not exist')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ErasureDto> {
    return erasureView(await this.erasures.get(brand, id));
  }
}
