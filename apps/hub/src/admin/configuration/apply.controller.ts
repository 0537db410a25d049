import { Body, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { AppliedDto, ApplyDto } from './apply.dto.js';
import { BrandFilesApplier } from './apply.service.js';

/** Endpoint of `patchbay apply`. */
@AdminController('v1/apply', 'configuration')
@ScopedToCaller(true)
export class ApplyController {
  constructor(private readonly applier: BrandFilesApplier) {}

  /** Applies brand files. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring brands to what their files say',
    description:
      'One transaction: all of it or nothing. What vanished from a file is disabled, or with `prune` deleted. A key for ' +
      'some brands applies the files of those, one by one.',
  })
  @ApiOkResponse({ type: AppliedDto })
  @ApiProblem(409, 'The change needs a confirmation: see `atMost` and `confirmPrivacy`. Nothing was applied')
  @ApiProblem(422, 'A file is wrong: each error names file, field, and line if `sourceLocations` has it')
  apply(@CurrentCaller() caller: Caller, @Body(JsonBodyPipe) body: ApplyDto): Promise<AppliedDto> {
    return this.applier.apply(body, caller);
  }
}
