import { Module } from '@nestjs/common';
import { ErasureRunner, type ErasureStore } from '@patchbay/core';
import { DatabaseModule, ERASURE_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ErasureWorker } from './erasure-worker.js';

/** Erases the data of customers. The admin API starts erasures. Every process that delivers also runs erasures. */
@Module({
  imports: [DatabaseModule, DeliveryModule],
  providers: [
    {
      provide: ErasureRunner,
      inject: [ERASURE_STORE],
      useFactory: (store: ErasureStore) => new ErasureRunner(store, { batch: 200, leaseMs: 60_000 }),
    },
    ErasureWorker,
  ],
  exports: [ErasureRunner],
})
export class ErasureModule {}
