import { Module } from '@nestjs/common';
import { TemplatesModule } from '../../templates/templates.module.js';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { PreviewApiModule } from '../preview/preview-api.module.js';
import { TrialsController } from './trials.controller.js';
import { Trials } from './trials.service.js';

/** Endpoint that tries unsaved subscriptions on past events. */
@Module({
  imports: [AdminCommonModule, AuditApiModule, PreviewApiModule, TemplatesModule],
  controllers: [TrialsController],
  providers: [Trials],
})
export class TrialsApiModule {}
