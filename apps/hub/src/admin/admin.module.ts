import { Module } from '@nestjs/common';
import { AuditApiModule } from './audit/audit-api.module.js';
import { BrandLookupsApiModule } from './brand-lookups/brand-lookups-api.module.js';
import { BrandsApiModule } from './brands/brands-api.module.js';
import { CapillaryApiModule } from './capillary/capillary-api.module.js';
import { CatalogueApiModule } from './catalogue/catalogue-api.module.js';
import { ConfigurationApiModule } from './configuration/configuration-api.module.js';
import { CustomersApiModule } from './customers/customers-api.module.js';
import { DeliveriesApiModule } from './deliveries/deliveries-api.module.js';
import { DestinationsApiModule } from './destinations/destinations-api.module.js';
import { DiagnosisApiModule } from './diagnosis/diagnosis-api.module.js';
import { ErasuresApiModule } from './erasures/erasures-api.module.js';
import { EventsApiModule } from './events/events-api.module.js';
import { FailuresApiModule } from './failures/failures-api.module.js';
import { ImportsApiModule } from './imports/imports-api.module.js';
import { KeysApiModule } from './keys/keys-api.module.js';
import { LookupApiModule } from './lookup/lookup-api.module.js';
import { LiveApiModule } from './live/live-api.module.js';
import { PeopleApiModule } from './people/people-api.module.js';
import { PreviewApiModule } from './preview/preview-api.module.js';
import { ReplaysApiModule } from './replays/replays-api.module.js';
import { SchemaApiModule } from './schema/schema-api.module.js';
import { SessionApiModule } from './session/session-api.module.js';
import { SourcesApiModule } from './sources/sources-api.module.js';
import { StatsApiModule } from './stats/stats-api.module.js';
import { SubscriptionsApiModule } from './subscriptions/subscriptions-api.module.js';
import { SuppressionsApiModule } from './suppressions/suppressions-api.module.js';
import { TestSendsApiModule } from './test-sends/test-sends-api.module.js';
import { TrialsApiModule } from './trials/trials-api.module.js';

/** Admin API, with one module per feature. */
@Module({
  imports: [
    CatalogueApiModule,
    BrandsApiModule,
    BrandLookupsApiModule,
    CapillaryApiModule,
    SourcesApiModule,
    ImportsApiModule,
    DestinationsApiModule,
    SubscriptionsApiModule,
    EventsApiModule,
    CustomersApiModule,
    DeliveriesApiModule,
    FailuresApiModule,
    LookupApiModule,
    ReplaysApiModule,
    ErasuresApiModule,
    SuppressionsApiModule,
    PreviewApiModule,
    TrialsApiModule,
    TestSendsApiModule,
    ConfigurationApiModule,
    StatsApiModule,
    DiagnosisApiModule,
    SchemaApiModule,
    LiveApiModule,
    KeysApiModule,
    PeopleApiModule,
    AuditApiModule,
    SessionApiModule,
  ],
})
export class AdminModule {}
