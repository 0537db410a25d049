import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { FailuresController } from './failures.controller.js';

/** Endpoint of failures by cause. */
@Module({ imports: [AdminCommonModule], controllers: [FailuresController] })
export class FailuresApiModule {}
