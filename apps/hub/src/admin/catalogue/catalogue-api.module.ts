import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { DestinationTypesController } from './destination-types.controller.js';
import { EventTypesController } from './event-types.controller.js';

/** Endpoints of destination types and event types. */
@Module({ imports: [AdminCommonModule], controllers: [DestinationTypesController, EventTypesController] })
export class CatalogueApiModule {}
