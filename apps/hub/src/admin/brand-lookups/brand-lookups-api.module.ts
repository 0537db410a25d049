import { Module } from '@nestjs/common';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { BrandLookupsController } from './brand-lookups.controller.js';
import { BrandLookupActions } from './brand-lookups.service.js';

/** Endpoints of the lookups in the brands' own systems. */
@Module({
  imports: [AdminCommonModule, DeliveryModule],
  controllers: [BrandLookupsController],
  providers: [BrandLookupActions],
})
export class BrandLookupsApiModule {}
