import { Module } from '@nestjs/common';
import { ErasureModule } from '../../erasure/erasure.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { CustomersController, ErasuresController } from './erasures.controller.js';
import { Erasures } from './erasures.service.js';

/** Endpoints of erasures. */
@Module({
  imports: [AdminCommonModule, ErasureModule],
  controllers: [CustomersController, ErasuresController],
  providers: [Erasures],
})
export class ErasuresApiModule {}
