import { Module } from '@nestjs/common';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { AdminCommonModule } from '../common/admin-common.module.js';
import { ConfigurationApiModule } from '../configuration/configuration-api.module.js';
import { CallersModule } from '../keys/callers.module.js';
import { CallbackUrlAccess } from './callback-url.service.js';
import { DestinationActionsController } from './destination-actions.controller.js';
import { DestinationActions } from './destination-actions.service.js';
import { DestinationConnections } from './destination-connections.service.js';
import { DestinationConnectionsController } from './destination-connections.controller.js';
import { DestinationWritingController } from './destination-writing.controller.js';
import { DestinationViews } from './destination.dto.js';
import { DestinationsController } from './destinations.controller.js';
import { OAuthCallbackController } from './oauth-callback.controller.js';

/** Endpoints of destinations. */
@Module({
  imports: [AdminCommonModule, CallersModule, ConfigurationApiModule, DeliveryModule],
  controllers: [
    DestinationsController,
    DestinationActionsController,
    DestinationWritingController,
    DestinationConnectionsController,
    OAuthCallbackController,
  ],
  providers: [DestinationActions, DestinationConnections, DestinationViews, CallbackUrlAccess],
})
export class DestinationsApiModule {}
