import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { HealthController } from './health.controller.js';

/** Module of the health endpoints. */
@Module({ imports: [DatabaseModule, ConfigurationModule], controllers: [HealthController] })
export class HealthModule {}
