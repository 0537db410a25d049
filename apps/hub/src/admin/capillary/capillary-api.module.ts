import { Module } from '@nestjs/common';
import { CapillaryModule } from '../../capillary/capillary.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { CapillaryController } from './capillary.controller.js';
import { LogChecksController } from './log-checks.controller.js';

/** Endpoints of the registrations at Capillary. */
@Module({
  imports: [AdminCommonModule, DatabaseModule, CapillaryModule],
  controllers: [CapillaryController, LogChecksController],
})
export class CapillaryApiModule {}
