import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../../configuration/configuration.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { CustomerIds } from './customer-ids.service.js';
import { ListAnswers } from './list-answers.service.js';
import { FreshConfiguration } from './fresh-configuration.service.js';

/** Services that most features of the admin API use. */
@Module({
  imports: [DatabaseModule, ConfigurationModule],
  providers: [FreshConfiguration, CustomerIds, ListAnswers],
  exports: [DatabaseModule, ConfigurationModule, FreshConfiguration, CustomerIds, ListAnswers],
})
export class AdminCommonModule {}
