import { Module, Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import {
  ConfigurationError,
  FailedKeyThrottle,
  KeyUses,
  type Clock,
  type ConfigurationProblem,
  type KeyStore,
} from '@patchbay/core';
import { createHttpClient, type EgressPolicy } from '@patchbay/http';
import type { Logger } from 'pino';
import { AdminAccess } from '../../http/admin-access.service.js';
import { Authenticator } from '../../http/authenticator.service.js';
import { CLOCK, KEY_STORE, DatabaseModule } from '../../database/database.module.js';
import { ADMIN_KEY, bootstrapAdminKey } from '../../boot/admin-key.js';
import { ConfigurationModule } from '../../configuration/configuration.module.js';
import { HUB_OPTIONS, HUB_SETTINGS, type HubOptions, LOGGER } from '../../context/hub-options.js';
import { IdentityProvider } from '../../people/identity-provider.js';
import { IDENTITY_PROVIDER, People } from '../../people/people.service.js';
import { EGRESS_POLICY } from '../../plugins/plugins.module.js';
import { Sessions } from '../session/sessions.service.js';
import { Callers } from './callers.service.js';

const FLUSH_INTERVAL_MS = 5_000;
/** Maximum duration of a request to the identity provider, in milliseconds. */
const PROVIDER_TIMEOUT_MS = 5_000;

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

/** @throws ConfigurationError if a process that signs people in lacks a variable */
function openProvider(
  { signIn }: HubSettings,
  environment: HubEnvironment,
  egress: EgressPolicy,
  clock: Clock,
): IdentityProvider | null {
  if (signIn === undefined) return null;
  const problems = environment.role === 'worker' ? [] : missingForSignIn(environment);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const http = createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: PROVIDER_TIMEOUT_MS });
  return new IdentityProvider(signIn, http, clock, environment.oidcClientSecret);
}

/** Returns the problems of an environment in which the console must sign people in at the identity provider. */
function missingForSignIn({ publicUrl, oidcClientSecret }: HubEnvironment): readonly ConfigurationProblem[] {
  const required = 'is required if patchbay.yaml has signIn:';
  return [
    ...(publicUrl === undefined
      ? [{ field: 'PATCHBAY_PUBLIC_URL', message: `${required} set it to the URL at which browsers open the hub` }]
      : []),
    ...(oidcClientSecret === undefined
      ? [{ field: 'PATCHBAY_OIDC_CLIENT_SECRET', message: `${required} set it to the secret of the client` }]
      : []),
  ];
}

/** Authentication and authorisation of callers by keys, access tokens and sessions, in every process role. */
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
    People,
    {
      provide: IDENTITY_PROVIDER,
      inject: [HUB_SETTINGS, HUB_OPTIONS, EGRESS_POLICY, CLOCK],
      useFactory: (settings: HubSettings, { environment }: HubOptions, egress: EgressPolicy, clock: Clock) =>
        openProvider(settings, environment, egress, clock),
    },
    KeyUseWriter,
    { provide: KeyUses, inject: [KEY_STORE], useFactory: (store: KeyStore) => new KeyUses(store) },
    { provide: FailedKeyThrottle, useFactory: () => new FailedKeyThrottle(FAILED_KEYS) },
  ],
  exports: [ADMIN_KEY, AdminAccess, Callers, IDENTITY_PROVIDER, KeyUses, People, Sessions],
})
export class CallersModule {}
