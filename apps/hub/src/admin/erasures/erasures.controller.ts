import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page-query.dto.js';
import { ErasureDto, ErasurePageDto } from './erasure.dto.js';
import { erasureView } from './erasure.view.js';
import { Erasures } from './erasures.service.js';

/** Receipts. */
@AdminController('v1/brands/:brand/erasures', 'customers')
export class ErasuresController {
  constructor(private readonly erasures: Erasures) {}

  /** The receipts of a brand. */
  @Get()
  @ApiOperation({ summary: 'Erasures of customers, the newest first', description: 'Names no customer.' })
  @ApiOkResponse({ type: ErasurePageDto })
  @ApiProblem(404, 'There is no such brand')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ErasurePageDto> {
    const page = await this.erasures.list(brand, query);
    return { data: page.data.map(erasureView), nextCursor: page.nextCursor };
  }

  /** One receipt. */
  @Get(':id')
  @ApiOperation({ summary: 'One erasure: its progress, or its receipt' })
  @ApiOkResponse({ type: ErasureDto })
  @ApiProblem(404, 'The brand has no such erasure')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ErasureDto> {
    return erasureView(await this.erasures.get(brand, id));
  }
}
