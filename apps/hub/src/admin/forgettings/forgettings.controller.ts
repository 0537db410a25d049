import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page-query.dto.js';
import { ForgettingDto, ForgettingPageDto } from './forgetting.dto.js';
import { forgettingView } from './forgetting.view.js';
import { Forgettings } from './forgettings.service.js';

/** Receipts. */
@AdminController('v1/brands/:brand/forgettings', 'customers')
export class ForgettingsController {
  constructor(private readonly forgettings: Forgettings) {}

  /** The receipts of a brand. */
  @Get()
  @ApiOperation({ summary: 'What was forgotten, the newest first', description: 'Names no customer.' })
  @ApiOkResponse({ type: ForgettingPageDto })
  @ApiProblem(404, 'There is no such brand')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ForgettingPageDto> {
    const page = await this.forgettings.list(brand, query);
    return { data: page.data.map(forgettingView), nextCursor: page.nextCursor };
  }

  /** One receipt. */
  @Get(':id')
  @ApiOperation({ summary: 'One forgetting: how far it is, or its receipt' })
  @ApiOkResponse({ type: ForgettingDto })
  @ApiProblem(404, 'The brand has no such forgetting')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ForgettingDto> {
    return forgettingView(await this.forgettings.get(brand, id));
  }
}
