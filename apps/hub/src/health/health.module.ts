import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { HealthController } from './health.controller.js';

/** Health endpoints. */
@Module({ imports: [DatabaseModule, ConfigurationModule], controllers: [HealthController] })
export class HealthModule {}
