import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { PageQuery } from '../common/page.dto.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { ReplayRequestDto } from './replay-request.dto.js';
import { ReplayAnswerDto, ReplayDto, ReplayPageDto, ReplayProgressDto } from './replay.dto.js';
import { replayView } from './replay.view.js';
import { Replays } from './replays.service.js';

/** Endpoints that start, list and cancel replays. */
@AdminController('v1/brands/:brand/replays', 'replays')
@ShowsPeopleIn('requestedBy')
export class ReplaysController {
  constructor(private readonly replays: Replays) {}

  /** Counts the deliveries of a replay, and starts it unless it is a dry run. */
  @Post()
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Start a replay, or count it with `dryRun`',
    description:
      'Creates new deliveries from stored events. Deliveries are counted first; then a worker creates them in ' +
      'batches. A filter that selects events leaves out what succeeded, unless `includeSucceeded` is set. With ' +
      '`dryRun` nothing starts, and each entry of the sample has the messages of the recorded and ' +
      'the current version. They are rendered with placeholder recipients, without calling a resolver or vendor.',
  })
  @ApiOkResponse({ type: ReplayAnswerDto })
  @ApiProblem(404, 'The brand does not exist')
  request(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Body(JsonBodyPipe) body: ReplayRequestDto,
  ): Promise<ReplayAnswerDto> {
    return this.replays.request(caller, brand, body);
  }

  /** Lists the replays of a brand. */
  @Get()
  @ApiOperation({ summary: 'List replays of a brand, newest first' })
  @ApiOkResponse({ type: ReplayPageDto })
  @ApiProblem(404, 'The brand does not exist')
  async list(@Param('brand') brand: string, @KnownQuery() query: PageQuery): Promise<ReplayPageDto> {
    const page = await this.replays.list(brand, query);
    return { data: page.data.map(replayView), nextCursor: page.nextCursor };
  }

  /** Returns a replay with its progress. */
  @Get(':id')
  @ApiOperation({ summary: 'Get a replay with its progress and the states of its deliveries' })
  @ApiOkResponse({ type: ReplayProgressDto })
  @ApiProblem(404, 'The brand or the replay does not exist')
  async get(@Param('brand') brand: string, @Param('id') id: string): Promise<ReplayProgressDto> {
    const { replay, outcomes } = await this.replays.progress(brand, id);
    return { ...replayView(replay), outcomes };
  }

  /** Cancels a replay. */
  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresRole('operator')
  @ApiOperation({
    summary: 'Cancel a replay',
    description:
      'The replay creates no more deliveries, and its waiting deliveries are cancelled. Has no effect if the ' +
      'replay has ended.',
  })
  @ApiOkResponse({ type: ReplayDto })
  @ApiProblem(404, 'The brand or the replay does not exist')
  async cancel(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('id') id: string,
  ): Promise<ReplayDto> {
    return replayView(await this.replays.cancel(caller, brand, id));
  }
}
