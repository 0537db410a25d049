import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { EventsApiModule } from '../events/events-api.module.js';
import { TimelineController } from './timeline.controller.js';

/** Endpoint of a customer's timeline. */
@Module({ imports: [AdminCommonModule, EventsApiModule], controllers: [TimelineController] })
export class CustomersApiModule {}
