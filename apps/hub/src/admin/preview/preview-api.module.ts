import { Module } from '@nestjs/common';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ConfigurationApiModule } from '../configuration/configuration-api.module.js';
import { Drafts } from './drafts.service.js';
import { PreviewController } from './preview.controller.js';
import { PreviewDetailsFinder } from './preview-details.service.js';
import { Previews } from './preview.service.js';
import { PreviewedEvents } from './previewed-event.service.js';

/** Endpoints of previews, and the check of unsaved subscriptions, which other features use. */
@Module({
  imports: [AdminCommonModule, AuditApiModule, ConfigurationApiModule, TemplatesModule],
  controllers: [PreviewController],
  providers: [Drafts, PreviewDetailsFinder, PreviewedEvents, Previews],
  exports: [Drafts, PreviewedEvents],
})
export class PreviewApiModule {}
