import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ConfigurationApiModule } from '../configuration/configuration-api.module.js';
import { BrandWritingController } from './brand-writing.controller.js';
import { BrandsController } from './brands.controller.js';

/** Endpoints of brands. */
@Module({
  imports: [AdminCommonModule, ConfigurationApiModule],
  controllers: [BrandsController, BrandWritingController],
})
export class BrandsApiModule {}
