import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { AuditController } from './audit.controller.js';
import { PersonalDataAccessLog } from './personal-data-access-log.service.js';

/** Endpoint of the audit log, and the log of access to personal data. */
@Module({
  imports: [AdminCommonModule],
  controllers: [AuditController],
  providers: [PersonalDataAccessLog],
  exports: [PersonalDataAccessLog],
})
export class AuditApiModule {}
