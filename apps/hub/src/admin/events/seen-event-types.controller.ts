import { Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import type { Clock } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { LAG_HEADERS } from '../../http/position-header.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CLOCK } from '../../database/database.module.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ListAnswers } from '../common/list-answers.service.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { isoTime } from '../common/time-range.dto.js';

/** Time range in which event types count as seen, in milliseconds. */
const SEEN_WITHIN_MS = 7 * 86_400_000;

/** An event type that a brand received. */
export class SeenEventTypeDto {
  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of the newest event of this type.' })
  readonly lastAt!: string;
}

/** Event types that a brand received. */
export class SeenEventTypesDto {
  @ApiProperty({ type: [SeenEventTypeDto] })
  readonly data!: readonly SeenEventTypeDto[];
}

/** Event types that a brand received. */
@AdminController('v1/brands/:brand/seen-event-types', 'events')
export class SeenEventTypesController {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly lists: ListAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Lists event types of the last days. */
  @Get()
  @ApiOperation({ summary: 'List the event types that the brand received in the last 7 days, by name, at most 500' })
  @ApiOkResponse({ type: SeenEventTypesDto, headers: LAG_HEADERS })
  @ApiProblem(404, 'The brand does not exist')
  async list(
    @Param('brand') brandName: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeenEventTypesDto> {
    const { brand } = await this.brands.findBrand(brandName);
    const from = this.clock.now() - SEEN_WITHIN_MS;
    const seen = await this.lists.read(reply, ({ events }) => events.seenEventTypes(brand.id, from));
    return { data: seen.map(({ type, lastAt }) => ({ type, lastAt: isoTime(lastAt) })) };
  }
}
