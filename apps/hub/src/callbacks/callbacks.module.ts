import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CalledDestinations } from './called-destinations.js';
import { CallbacksController } from './callbacks.controller.js';

/** Module of the endpoint for the vendors' status callbacks. */
@Module({
  imports: [DatabaseModule, ConfigurationModule, MetricsModule, DeliveryModule],
  controllers: [CallbacksController],
  providers: [CalledDestinations],
})
export class CallbacksModule {}
