import { Global, Module } from '@nestjs/common';
import { KeyUses, LockOut, type KeyStore } from '@patchbay/core';
import { KEY_STORE } from '../../tokens.js';
import { Callers } from './callers.service.js';
import { KeyUseWriter } from './key-use-writer.service.js';

const MINUTE_MS = 60_000;

/** Ten different wrong keys in ten minutes are guesses: a minute of silence, then two, then four, up to an hour. */
const LOCK_OUT = {
  maxBad: 10,
  windowMs: 10 * MINUTE_MS,
  firstLockMs: MINUTE_MS,
  longestLockMs: 60 * MINUTE_MS,
  rememberGoodMs: 24 * 60 * MINUTE_MS,
  maxAddresses: 10_000,
  maxGood: 100,
};

/** Who calls: wherever a key is looked at, in whatever role the process runs. */
@Global()
@Module({
  providers: [
    Callers,
    KeyUseWriter,
    { provide: KeyUses, inject: [KEY_STORE], useFactory: (store: KeyStore) => new KeyUses(store) },
    { provide: LockOut, useFactory: () => new LockOut(LOCK_OUT) },
  ],
  exports: [Callers, KeyUses],
})
export class CallersModule {}
