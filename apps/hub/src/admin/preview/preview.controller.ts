import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Needs } from '../../http/demand.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PreviewDto, PreviewedDto } from './preview.dto.js';
import { Previews } from './preview.service.js';

/** What would be sent. */
@AdminController('v1/brands/:brand/preview', 'preview')
@Needs('viewer')
export class PreviewController {
  constructor(private readonly previews: Previews) {}

  /** Maps one event. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Show what would be made of an event',
    description: 'Stores nothing, sends nothing, asks neither a resolver nor a vendor.',
  })
  @ApiOkResponse({ type: PreviewedDto })
  @ApiProblem(404, 'There is no such brand, subscription, source or event')
  preview(@Param('brand') brand: string, @Body(JsonBodyPipe) body: PreviewDto): Promise<PreviewedDto> {
    return this.previews.preview(brand, body);
  }
}
