import { Global, Module } from '@nestjs/common';
import { FailedKeyThrottle, KeyUses, type KeyStore } from '@patchbay/core';
import { AdminAccess } from '../../http/admin-access.service.js';
import { KEY_STORE } from '../../tokens.js';
import { Callers } from './callers.service.js';
import { KeyUseWriter } from './key-use-writer.service.js';

const MINUTE_MS = 60_000;

/**
 * Ten different wrong keys from one address in ten minutes count as guessing. The address is throttled for one minute,
 * then two, then four, up to one hour.
 */
const FAILED_KEYS = {
  maxFailed: 10,
  windowMs: 10 * MINUTE_MS,
  firstMs: MINUTE_MS,
  longestMs: 60 * MINUTE_MS,
  maxAddresses: 10_000,
};

/** Providers that authenticate callers by their keys, for every process role. */
@Global()
@Module({
  providers: [
    AdminAccess,
    Callers,
    KeyUseWriter,
    { provide: KeyUses, inject: [KEY_STORE], useFactory: (store: KeyStore) => new KeyUses(store) },
    { provide: FailedKeyThrottle, useFactory: () => new FailedKeyThrottle(FAILED_KEYS) },
  ],
  exports: [AdminAccess, Callers, KeyUses],
})
export class CallersModule {}
