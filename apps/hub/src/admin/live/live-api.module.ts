import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { CallersModule } from '../keys/callers.module.js';
import { LiveFeeds } from './live-feeds.service.js';
import { LiveController } from './live.controller.js';

/** Endpoint of live notices. */
@Module({ imports: [AdminCommonModule, CallersModule], controllers: [LiveController], providers: [LiveFeeds] })
export class LiveApiModule {}
