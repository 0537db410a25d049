import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { Backlog } from './backlog.js';
import { EventLoopWatch } from './event-loop-watch.js';
import { HealthController } from './health.controller.js';

/** Module of the health endpoints. */
@Module({
  imports: [DatabaseModule, ConfigurationModule],
  controllers: [HealthController],
  providers: [Backlog, EventLoopWatch],
})
export class HealthModule {}
