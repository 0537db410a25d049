import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { KnownQueryGuard } from '../http/known-query.js';
import { ReplayModule } from '../replay/replay.module.js';
import { TemplatePool } from '../templates/template-pool.js';
import { CallersModule } from './keys/callers.module.js';
import { AuditController } from './audit/audit.controller.js';
import { PersonalDataAccessLog } from './audit/personal-data-access-log.service.js';
import { BrandWritingController } from './brands/brand-writing.controller.js';
import { BrandsController } from './brands/brands.controller.js';
import { DestinationTypesController } from './catalogue/destination-types.controller.js';
import { EventTypesController } from './catalogue/event-types.controller.js';
import { FreshConfiguration } from './common/fresh-configuration.service.js';
import { CustomerIds } from './common/customer-ids.service.js';
import { ApplyController } from './configuration/apply.controller.js';
import { BrandFilesApplier } from './configuration/apply.service.js';
import { ConfigurationWriter } from './configuration/configuration-writer.service.js';
import { EditRules } from './configuration/edit-rules.service.js';
import { EntityTags, EntityTagHeader } from './configuration/entity-tags.service.js';
import { ExportController } from './configuration/export.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryInterventionsController } from './deliveries/delivery-interventions.controller.js';
import { DeliveryInterventionsService } from './deliveries/delivery-interventions.service.js';
import { CallbackUrlAccess } from './destinations/callback-url.service.js';
import { DestinationActionsController } from './destinations/destination-actions.controller.js';
import { DestinationActions } from './destinations/destination-actions.service.js';
import { DestinationWritingController } from './destinations/destination-writing.controller.js';
import { DestinationViews } from './destinations/destination.dto.js';
import { DestinationsController } from './destinations/destinations.controller.js';
import { EventExplainer } from './events/event-explainer.service.js';
import { EventsController } from './events/events.controller.js';
import { CustomersController, ErasuresController } from './erasures/erasures.controller.js';
import { Erasures } from './erasures/erasures.service.js';
import { KeysController } from './keys/keys.controller.js';
import { Keys } from './keys/keys.service.js';
import { MasterKeyController } from './keys/master-key.controller.js';
import { PreviewController } from './preview/preview.controller.js';
import { Previews } from './preview/preview.service.js';
import { PreviewedEvents } from './preview/previewed-event.service.js';
import { SourceWritingController } from './sources/source-writing.controller.js';
import { ReplaysController } from './replays/replays.controller.js';
import { Replays } from './replays/replays.service.js';
import { SourcesController } from './sources/sources.controller.js';
import { StatsController } from './stats/stats.controller.js';
import { SubscriptionWritingController } from './subscriptions/subscription-writing.controller.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';

/** Controllers and services of the admin API. */
@Module({
  imports: [DatabaseModule, ConfigurationModule, CallersModule, DeliveryModule, ReplayModule, ErasureModule],
  controllers: [
    DestinationTypesController,
    EventTypesController,
    BrandsController,
    SourcesController,
    DestinationsController,
    DestinationActionsController,
    SubscriptionsController,
    EventsController,
    DeliveriesController,
    DeliveryInterventionsController,
    ReplaysController,
    CustomersController,
    ErasuresController,
    PreviewController,
    ApplyController,
    BrandWritingController,
    SourceWritingController,
    DestinationWritingController,
    SubscriptionWritingController,
    ExportController,
    StatsController,
    KeysController,
    MasterKeyController,
    AuditController,
  ],
  providers: [
    KnownQueryGuard,
    FreshConfiguration,
    CustomerIds,
    DestinationActions,
    DestinationViews,
    CallbackUrlAccess,
    DeliveryInterventionsService,
    Replays,
    Erasures,
    EventExplainer,
    PreviewedEvents,
    Previews,
    BrandFilesApplier,
    EditRules,
    EntityTags,
    EntityTagHeader,
    ConfigurationWriter,
    Keys,
    PersonalDataAccessLog,
    { provide: TemplatePool, useFactory: () => new TemplatePool() },
  ],
})
export class AdminModule {}
