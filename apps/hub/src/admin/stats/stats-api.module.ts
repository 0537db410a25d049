import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { SeriesController } from './series.controller.js';
import { StatsController } from './stats.controller.js';

/** Endpoints of the statistics and time series. */
@Module({ imports: [AdminCommonModule], controllers: [StatsController, SeriesController] })
export class StatsApiModule {}
