import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { LookupController } from './lookup.controller.js';
import { Lookup } from './lookup.service.js';

/** Endpoint that looks ids up. */
@Module({ imports: [AdminCommonModule], controllers: [LookupController], providers: [Lookup] })
export class LookupApiModule {}
