import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryInterventionsController } from './delivery-interventions.controller.js';
import { DeliveryInterventionsService } from './delivery-interventions.service.js';

/** Endpoints of deliveries. */
@Module({
  imports: [AdminCommonModule],
  controllers: [DeliveriesController, DeliveryInterventionsController],
  providers: [DeliveryInterventionsService],
})
export class DeliveriesApiModule {}
