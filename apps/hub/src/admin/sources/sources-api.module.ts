import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ConfigurationApiModule } from '../configuration/configuration-api.module.js';
import { SourceViews } from './source.dto.js';
import { SourceWritingController } from './source-writing.controller.js';
import { SourcesController } from './sources.controller.js';

/** Endpoints of sources. */
@Module({
  imports: [AdminCommonModule, ConfigurationApiModule],
  controllers: [SourcesController, SourceWritingController],
  providers: [SourceViews],
})
export class SourcesApiModule {}
