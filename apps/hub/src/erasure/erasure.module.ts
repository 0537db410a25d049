import { Module } from '@nestjs/common';
import {
  customerHash,
  ErasureRunner,
  LiveConfiguration,
  type CustomerHasherOf,
  type ErasureStore,
} from '@patchbay/core';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { DatabaseModule, ERASURE_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ErasureWorker } from './erasure-worker.js';

/** Erases the data of customers. The admin API starts erasures. Every process that delivers also runs erasures. */
@Module({
  imports: [ConfigurationModule, DatabaseModule, DeliveryModule],
  providers: [
    {
      provide: ErasureRunner,
      inject: [ERASURE_STORE, LiveConfiguration],
      useFactory: (store: ErasureStore, configuration: LiveConfiguration) =>
        new ErasureRunner(store, { batch: 200, leaseMs: 60_000 }, hasherOf(configuration)),
    },
    ErasureWorker,
  ],
  exports: [ErasureRunner],
})
export class ErasureModule {}

function hasherOf(configuration: LiveConfiguration): CustomerHasherOf {
  return async (brandId) => {
    const loaded = await configuration.brand(brandId);
    return loaded === null ? null : (customerId) => customerHash(loaded.brand.vault, customerId);
  };
}
