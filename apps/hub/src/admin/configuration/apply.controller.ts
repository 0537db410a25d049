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
    summary: 'Apply brand files',
    description:
      'Atomic: either all files are applied or none. Objects that are missing from a file are disabled, or deleted ' +
      'with `prune`. A key that is limited to some brands may apply only the files of those brands, without ' +
      '`complete`.',
  })
  @ApiOkResponse({ type: AppliedDto })
  @ApiProblem(409, 'The change needs a confirmation; nothing was applied. See `atMost` and `confirmPrivacy`')
  @ApiProblem(422, 'A file is invalid. Each error has its file and field, and its line if `sourceLocations` has it')
  apply(@CurrentCaller() caller: Caller, @Body(JsonBodyPipe) body: ApplyDto): Promise<AppliedDto> {
    return this.applier.apply(body, caller);
  }
}
