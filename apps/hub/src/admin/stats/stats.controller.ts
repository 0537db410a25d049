import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller, Clock, ReadStore } from '@patchbay/core';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { CLOCK, READ_STORE } from '../../database/database.module.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { StatsDto, statsView } from './stats.dto.js';

/** Read access to rates and backlog. */
@AdminController('v1/stats', 'stats')
@ScopedToCaller(true)
export class StatsController {
  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Returns rates and backlog, in total and per destination. */
  @Get()
  @ApiOperation({
    operationId: 'getStats',
    summary: 'Get event and delivery rates and the backlog, in total and per destination',
  })
  @ApiOkResponse({ type: StatsDto })
  async get(@CurrentCaller() { brandIds }: Caller): Promise<StatsDto> {
    const now = this.clock.now();
    const brands = brandIds ?? undefined;
    const [stats, rates] = await Promise.all([this.store.stats(now, brands), this.store.rates(now, brands)]);
    return statsView(stats, rates, now);
  }
}
