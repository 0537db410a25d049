import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { RevealQuery } from '../events/event-query.dto.js';
import { TrialDto, TrialRequestDto } from './trial.dto.js';
import { Trials } from './trials.service.js';

/** Endpoint that tries an unsaved subscription on past events. */
@AdminController('v1/brands/:brand/trials', 'trials')
@RequiresRole('viewer')
export class TrialsController {
  constructor(private readonly trials: Trials) {}

  /** Tries the draft of a subscription on stored events. Saves and sends nothing. */
  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'tryDraft',
    summary: 'Try an unsaved subscription on past events',
    description:
      'Compares it with the saved subscription of the same name. Stores and sends nothing. Messages contain ' +
      'placeholders for personal values. Filters read personal values only if a key with `reveal` requests it, which is ' +
      'audited.',
  })
  @ApiOkResponse({ type: TrialDto })
  @ApiProblem(404, 'The brand does not exist')
  @ApiProblem(422, 'The draft is invalid, or a template or filter exceeds its memory limit')
  @ApiProblem(429, 'Another trial of this key is running')
  run(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: TrialRequestDto,
    @KnownQuery() query: RevealQuery,
  ): Promise<TrialDto> {
    return this.trials.run(caller, brand, body, query.reveal === 'true');
  }
}
