import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { BulkRedeliveryController } from './bulk-redelivery.controller.js';
import { BulkRedelivery } from './bulk-redelivery.service.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryInterventionsController } from './delivery-interventions.controller.js';
import { DeliveryInterventionsService } from './delivery-interventions.service.js';

/** Endpoints of deliveries. */
@Module({
  imports: [AdminCommonModule],
  controllers: [DeliveriesController, DeliveryInterventionsController, BulkRedeliveryController],
  providers: [DeliveryInterventionsService, BulkRedelivery],
})
export class DeliveriesApiModule {}
