import { Module } from '@nestjs/common';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { EventExplainer } from './event-explainer.service.js';
import { EventsController } from './events.controller.js';

/** Endpoints of events. */
@Module({ imports: [AdminCommonModule, AuditApiModule], controllers: [EventsController], providers: [EventExplainer] })
export class EventsApiModule {}
