import { Module } from '@nestjs/common';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { EventExplainer } from './event-explainer.service.js';
import { EventsController } from './events.controller.js';
import { SeenEventTypesController } from './seen-event-types.controller.js';

/** Endpoints of events. */
@Module({
  imports: [AdminCommonModule, AuditApiModule],
  controllers: [EventsController, SeenEventTypesController],
  providers: [EventExplainer],
  exports: [EventExplainer],
})
export class EventsApiModule {}
