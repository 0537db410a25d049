import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page-query.dto.js';
import { ReplayRequestDto } from './replay-request.dto.js';
import { ReplayAnswerDto, ReplayDto, ReplayPageDto, ReplayProgressDto } from './replay.dto.js';
import { replayView } from './replay.view.js';
import { Replays } from './replays.service.js';

/** What is sent again, in bulk. */
@AdminController('v1/brands/:brand/replays', 'replays')
export class ReplaysController {
  constructor(private readonly replays: Replays) {}

  /** Counts, shows, starts. */
  @Post()
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Send again what a filter picks: counted first, or shown only',
    description:
      'Makes new deliveries of stored events; a worker makes them little by little. With `dryRun` nothing starts, and ' +
      'the sample shows what each version of its subscription makes of the event: with invented personal values, asking ' +
      'neither a resolver nor a vendor.',
  })
  @ApiOkResponse({ type: ReplayAnswerDto })
  @ApiProblem(404, 'There is no such brand')
  request(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: ReplayRequestDto,
  ): Promise<ReplayAnswerDto> {
    return this.replays.request(caller, brand, body);
  }

  /** The replays of a brand. */
  @Get()
  @ApiOperation({ summary: "A brand's replays, the newest first" })
  @ApiOkResponse({ type: ReplayPageDto })
  @ApiProblem(404, 'There is no such brand')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ReplayPageDto> {
    const page = await this.replays.list(brand, query);
    return { data: page.data.map(replayView), nextCursor: page.nextCursor };
  }

  /** One replay. */
  @Get(':id')
  @ApiOperation({ summary: 'How far a replay got, and what became of its deliveries' })
  @ApiOkResponse({ type: ReplayProgressDto })
  @ApiProblem(404, 'The brand has no such replay')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ReplayProgressDto> {
    const { replay, outcomes } = await this.replays.progress(brand, id);
    return { ...replayView(replay), outcomes };
  }

  /** Stops one. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Stop a replay',
    description:
      'It makes nothing any more, and its deliveries that wait are cancelled. One that has ended stays as it is.',
  })
  @ApiOkResponse({ type: ReplayDto })
  @ApiProblem(404, 'The brand has no such replay')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
  ): Promise<ReplayDto> {
    return replayView(await this.replays.cancel(caller, brand, id));
  }
}
