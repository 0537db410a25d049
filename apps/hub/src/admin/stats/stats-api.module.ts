import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { StatsController } from './stats.controller.js';

/** Endpoint of the statistics. */
@Module({ imports: [AdminCommonModule], controllers: [StatsController] })
export class StatsApiModule {}
