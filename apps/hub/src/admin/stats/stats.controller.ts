import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Clock, ReadStore } from '@patchbay/core';
import { CLOCK, READ_STORE } from '../../tokens.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { StatsDto } from './stats.dto.js';
import { statsView } from './stats.view.js';

/** How the hub stands. */
@AdminController('v1/stats', 'stats')
export class StatsController {
  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What waits, by destination. */
  @Get()
  @ApiOperation({ summary: 'What waits, since when and for which destination' })
  @ApiOkResponse({ type: StatsDto })
  async get(): Promise<StatsDto> {
    const now = this.clock.now();
    return statsView(await this.store.stats(now), now);
  }
}
