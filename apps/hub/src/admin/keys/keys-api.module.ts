import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { KeysController } from './keys.controller.js';
import { Keys } from './keys.service.js';
import { MasterKeyController } from './master-key.controller.js';

/** Endpoints of API keys and the master key. */
@Module({ imports: [AdminCommonModule], controllers: [KeysController, MasterKeyController], providers: [Keys] })
export class KeysApiModule {}
