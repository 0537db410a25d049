import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { RevealQuery } from '../events/event-query.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ApiPreviewBody } from './preview-forms.dto.js';
import { PreviewDto, PreviewedDto } from './preview.dto.js';
import { Previews } from './preview.service.js';

/** Endpoint of `patchbay preview`. */
@AdminController('v1/brands/:brand/preview', 'preview')
@RequiresRole('viewer')
export class PreviewController {
  constructor(private readonly previews: Previews) {}

  /** Previews the message of an event. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview the message of an event',
    description:
      'Stores and sends nothing and calls no resolver or vendor. For a stored event, filter and mapping get ' +
      'placeholders instead of personal values, unless a key with `reveal` requests them.',
  })
  @ApiPreviewBody()
  @ApiOkResponse({ type: PreviewedDto })
  @ApiProblem(404, 'The brand, subscription, source or event does not exist')
  @ApiProblem(422, 'The draft is invalid, or the template or filter exceeds its time or memory limit')
  @ApiProblem(429, 'Too many previews of this key are waiting')
  preview(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: PreviewDto,
    @KnownQuery() query: RevealQuery,
  ): Promise<PreviewedDto> {
    return this.previews.preview(caller, brand, body, query.reveal === 'true');
  }
}
