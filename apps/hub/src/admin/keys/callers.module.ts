import { Module, Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FailedKeyThrottle, KeyUses, type KeyStore } from '@patchbay/core';
import type { Logger } from 'pino';
import { AdminAccess } from '../../http/admin-access.service.js';
import { Authenticator } from '../../http/authenticator.service.js';
import { KEY_STORE, DatabaseModule } from '../../database/database.module.js';
import { ADMIN_KEY, bootstrapAdminKey } from '../../boot/admin-key.js';
import { ConfigurationModule } from '../../configuration/configuration.module.js';
import { HUB_OPTIONS, type HubOptions, LOGGER } from '../../context/hub-options.js';
import { Sessions } from '../session/sessions.service.js';
import { Callers } from './callers.service.js';

const FLUSH_INTERVAL_MS = 5_000;

/** Writes the last-used times of keys to the database every few seconds and at shutdown. */
@Injectable()
export class KeyUseWriter implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uses: KeyUses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), FLUSH_INTERVAL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    try {
      await this.uses.flush();
    } catch (error) {
      this.logger.warn({ err: error }, 'storing key usage failed, retrying in the next run');
    }
  }
}

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

/** Authentication and authorisation of callers by their keys and sessions, in every process role. */
@Module({
  imports: [DatabaseModule, ConfigurationModule],
  providers: [
    {
      provide: ADMIN_KEY,
      inject: [HUB_OPTIONS],
      useFactory: ({ environment, dataDirectory }: HubOptions) => bootstrapAdminKey(environment, dataDirectory),
    },
    AdminAccess,
    Authenticator,
    Callers,
    Sessions,
    KeyUseWriter,
    { provide: KeyUses, inject: [KEY_STORE], useFactory: (store: KeyStore) => new KeyUses(store) },
    { provide: FailedKeyThrottle, useFactory: () => new FailedKeyThrottle(FAILED_KEYS) },
  ],
  exports: [ADMIN_KEY, AdminAccess, Callers, KeyUses, Sessions],
})
export class CallersModule {}
