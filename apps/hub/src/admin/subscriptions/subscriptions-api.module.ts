import { Module } from '@nestjs/common';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ConfigurationApiModule } from '../configuration/configuration-api.module.js';
import { SubscriptionVersionsController } from './subscription-versions.controller.js';
import { SubscriptionWritingController } from './subscription-writing.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/** Endpoints of subscriptions. */
@Module({
  imports: [AdminCommonModule, ConfigurationApiModule],
  controllers: [SubscriptionsController, SubscriptionWritingController, SubscriptionVersionsController],
})
export class SubscriptionsApiModule {}
