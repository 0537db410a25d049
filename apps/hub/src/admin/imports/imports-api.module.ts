import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';

/** Endpoints of imports. */
@Module({ imports: [AdminCommonModule], controllers: [ImportsController], providers: [Imports] })
export class ImportsApiModule {}
