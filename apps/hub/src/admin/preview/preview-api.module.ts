import { Module } from '@nestjs/common';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { PreviewController } from './preview.controller.js';
import { Previews } from './preview.service.js';
import { PreviewedEvents } from './previewed-event.service.js';

/** Endpoints of previews. */
@Module({
  imports: [AdminCommonModule, AuditApiModule, TemplatesModule],
  controllers: [PreviewController],
  providers: [PreviewedEvents, Previews],
})
export class PreviewApiModule {}
