import { Module } from '@nestjs/common';
import { AuditApiModule } from '../audit/audit-api.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { SuppressionsController } from './suppressions.controller.js';
import { Suppressions } from './suppressions.service.js';

/** Endpoints of suppression lists. */
@Module({
  imports: [AdminCommonModule, AuditApiModule],
  controllers: [SuppressionsController],
  providers: [Suppressions],
})
export class SuppressionsApiModule {}
