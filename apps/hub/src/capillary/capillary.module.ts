import { Module, type FactoryProvider } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import {
  CapillaryReconciliation,
  CapillaryRegistration,
  ComparisonScopes,
  LiveConfiguration,
  LogChecks,
  type Clock,
  type Locks,
  type LogCheckStore,
  type ReconciliationStore,
  type RegistrationStore,
  type Vault,
} from '@patchbay/core';
import { PostgresReconciliationStore, PostgresRegistrationStore } from '@patchbay/database';
import { CapillaryClients, HttpCapillaryEventMetrics, HttpCapillaryWebhookApi } from '@patchbay/recipients';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, LOCKS, LOG_CHECK_STORE } from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { VAULT } from '../vault/vault.module.js';
import { CapillaryClientsModule } from './capillary-clients.module.js';
import { CapillaryReconciler, REGISTRATION_STORE } from './capillary-reconciler.js';
import { DailyReconciler, RECONCILIATION_STORE } from './daily-reconciler.js';
import { watchGaps } from './gap-metric.js';

const providers: readonly FactoryProvider[] = [
  {
    provide: REGISTRATION_STORE,
    inject: [HubDatabase, VAULT],
    useFactory: ({ dataSource }: HubDatabase, vault: Vault) => new PostgresRegistrationStore(dataSource, vault),
  },
  {
    provide: CapillaryRegistration,
    inject: [CapillaryClients, REGISTRATION_STORE, CLOCK, LOCKS, HUB_ENVIRONMENT, LiveConfiguration],
    useFactory: (
      clients: CapillaryClients,
      store: RegistrationStore,
      clock: Clock,
      locks: Locks,
      { publicUrl }: HubEnvironment,
      configuration: LiveConfiguration,
    ) =>
      new CapillaryRegistration({
        api: new HttpCapillaryWebhookApi(clients),
        ...{ store, clock, locks, publicUrl, configuration },
      }),
  },
  {
    provide: RECONCILIATION_STORE,
    inject: [HubDatabase, CLOCK, HubMetrics],
    useFactory: ({ dataSource }: HubDatabase, clock: Clock, metrics: HubMetrics) => {
      const store = new PostgresReconciliationStore(dataSource, clock);
      watchGaps(metrics, store);
      return store;
    },
  },
  {
    provide: ComparisonScopes,
    inject: [CapillaryClients, REGISTRATION_STORE, CLOCK],
    useFactory: (clients: CapillaryClients, registrations: RegistrationStore, clock: Clock) =>
      new ComparisonScopes(new HttpCapillaryWebhookApi(clients), registrations, clock),
  },
  {
    provide: CapillaryReconciliation,
    inject: [CapillaryClients, ComparisonScopes, RECONCILIATION_STORE],
    useFactory: (clients: CapillaryClients, scopes: ComparisonScopes, store: ReconciliationStore) =>
      new CapillaryReconciliation(new HttpCapillaryEventMetrics(clients), scopes, store),
  },
  {
    provide: LogChecks,
    inject: [ComparisonScopes, LOG_CHECK_STORE, CLOCK],
    useFactory: (scopes: ComparisonScopes, store: LogCheckStore, clock: Clock) => new LogChecks(scopes, store, clock),
  },
];

/** Registration of brands at Capillary, comparison of their events, and the tasks that do both regularly. */
@Module({
  imports: [DatabaseModule, ConfigurationModule, DeliveryModule, CapillaryClientsModule, MetricsModule],
  providers: [...providers, CapillaryReconciler, DailyReconciler],
  exports: [CapillaryReconciliation, CapillaryRegistration, LogChecks],
})
export class CapillaryModule {}
