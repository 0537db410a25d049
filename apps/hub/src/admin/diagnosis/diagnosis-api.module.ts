import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { DiagnosisController } from './diagnosis.controller.js';

/** Endpoint of the diagnosis. */
@Module({ imports: [AdminCommonModule], controllers: [DiagnosisController] })
export class DiagnosisApiModule {}
