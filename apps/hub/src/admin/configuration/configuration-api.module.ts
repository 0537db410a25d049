import { Module } from '@nestjs/common';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ApplyController } from './apply.controller.js';
import { BrandFilesApplier } from './apply.service.js';
import { ConfigurationWriter } from './configuration-writer.service.js';
import { EditRules } from './edit-rules.service.js';
import { EntityTags, EntityTagHeader } from './entity-tags.service.js';
import { ExportController } from './export.controller.js';
import { StoredEventChecks } from './stored-event-checks.service.js';

/** Endpoints that apply and export brand files, and the writer of single objects, which other features use. */
@Module({
  imports: [AdminCommonModule, TemplatesModule],
  controllers: [ApplyController, ExportController],
  providers: [BrandFilesApplier, ConfigurationWriter, EditRules, EntityTags, EntityTagHeader, StoredEventChecks],
  exports: [ConfigurationWriter, EditRules, EntityTagHeader, StoredEventChecks],
})
export class ConfigurationApiModule {}
