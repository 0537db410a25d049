import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { RevealQuery } from '../audit/reveal-query.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PreviewDto, PreviewedDto } from './preview.dto.js';
import { Previews } from './preview.service.js';

/** What would be sent. */
@AdminController('v1/brands/:brand/preview', 'preview')
@RequiresRole('viewer')
export class PreviewController {
  constructor(private readonly previews: Previews) {}

  /** Maps one event. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Show what would be made of an event',
    description:
      'Stores nothing, sends nothing, asks neither a resolver nor a vendor. For a stored event, filter and mapping get ' +
      'placeholders instead of personal values, unless a key that may see them asks for them with `reveal`.',
  })
  @ApiOkResponse({ type: PreviewedDto })
  @ApiProblem(404, 'There is no such brand, subscription, source or event')
  @ApiProblem(422, 'Its template or filter takes too long')
  @ApiProblem(429, 'Too many previews of this key wait')
  preview(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: PreviewDto,
    @KnownQuery() query: RevealQuery,
  ): Promise<PreviewedDto> {
    return this.previews.preview(caller, brand, body, query.reveal === 'true');
  }
}
