import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Clock } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { parseInstant } from '../../http/instant.js';
import { LAG_HEADERS } from '../../http/position-header.js';
import { KnownQuery } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CLOCK } from '../../database/database.module.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ListAnswers } from '../common/list-answers.service.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';
import { FailureQuery } from './failure-query.dto.js';
import { failureGroupView, FailuresDto } from './failure.dto.js';

/** Time range of failures if the caller gives none, in milliseconds. */
const DEFAULT_RANGE_MS = 86_400_000;

/** Failures of a brand by cause. */
@AdminController('v1/brands/:brand/failures', 'deliveries')
export class FailuresController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly lists: ListAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counts failed deliveries by cause. */
  @Get()
  @ApiOperation({
    summary: 'Count failed deliveries by destination, error kind and vendor code',
    description:
      'A failure that a replay sent again is not counted. Pass the `filter` of a group to `POST …/replays` to send ' +
      'its deliveries again.',
  })
  @ApiOkResponse({ type: FailuresDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand does not exist')
  async list(
    @Param('brand') brandName: string,
    @KnownQuery() query: FailureQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FailuresDto> {
    const { brand } = await this.brands.findBrand(brandName);
    const { destination, limit } = query;
    const from = parseInstant(query.from ?? '') ?? this.clock.now() - DEFAULT_RANGE_MS;
    const to = parseInstant(query.to ?? '') ?? null;
    const filter = {
      ...{ from, limit },
      ...(to === null ? {} : { to }),
      ...(destination === undefined ? {} : { destination }),
    };
    const { groups, countIsExact } = await this.lists.read(reply, ({ counts }) => counts.failures(brand.id, filter));
    const shown = { from: isoTime(from), to: isoTimeOrNull(to) };
    return { ...shown, data: groups.map((group) => failureGroupView(group, shown.from, shown.to)), countIsExact };
  }
}
