import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { DestinationTypesController } from './destination-types.controller.js';
import { EventTypesController } from './event-types.controller.js';
import { TemplateFiltersController } from './template-filters.controller.js';

/** Endpoints of destination types, event types and the filters of mappings. */
@Module({
  imports: [AdminCommonModule],
  controllers: [DestinationTypesController, EventTypesController, TemplateFiltersController],
})
export class CatalogueApiModule {}
