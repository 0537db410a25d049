import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { SeriesController } from './series.controller.js';
import { StatsController } from './stats.controller.js';
import { SubscriptionCountsController } from './subscription-counts.controller.js';

/** Endpoints of the statistics and time series. */
@Module({
  imports: [AdminCommonModule],
  controllers: [StatsController, SeriesController, SubscriptionCountsController],
})
export class StatsApiModule {}
