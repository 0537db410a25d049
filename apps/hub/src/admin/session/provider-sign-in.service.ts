import { Inject, Injectable } from '@nestjs/common';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import {
  consolePath,
  createSessionToken,
  isStateOf,
  looksLikeSessionToken,
  signInSecrets,
  type Clock,
} from '@patchbay/core';
import type { Logger } from 'pino';
import { HUB_ENVIRONMENT, HUB_SETTINGS, LOGGER } from '../../context/hub-options.js';
import { CLOCK } from '../../database/database.module.js';
import { AddressLimiter } from '../../http/address-limiter.js';
import {
  IdentityProvider,
  ProviderUnavailableError,
  SignInDeniedError,
  TokenRefusedError,
} from '../../people/identity-provider.js';
import { IDENTITY_PROVIDER, People, PersonRemovedError } from '../../people/people.service.js';
import { addressBlock } from '../keys/address-block.js';
import { Sessions } from './sessions.service.js';

/**
 * Reason why nobody was signed in. `expired`: the browser has no sign-in that fits. `denied`: the person or the provider
 * ended the sign-in. `noRole`: no rule gives the person a role. `removed`: an administrator has removed the person from
 * the hub. `busy`: the address has made too many sign-ins. `unavailable`: the provider does not answer. `failed`:
 * an answer of the provider is invalid.
 */
export type SignInFailure = 'expired' | 'denied' | 'noRole' | 'removed' | 'busy' | 'unavailable' | 'failed';

/** Started sign-in. */
export interface StartedSignIn {
  /** Value of the cookie that binds the sign-in to the browser. */
  readonly cookie: string;
  /** Page of the provider. */
  readonly url: string;
}

/** Result of a sign-in: a session and the page to open, or the reason for the failure. */
export type FinishedSignIn =
  | { readonly ok: true; readonly token: string; readonly path: string }
  | { readonly ok: false; readonly failure: SignInFailure; readonly path: string };

/**
 * Callbacks per minute and address, because each one calls the provider. The start of a sign-in is not counted: it needs
 * only the discovery document, which is kept in memory. Many people may share an address.
 */
const CALLBACKS_PER_MINUTE = 120;
/** Path of the callback below the public URL. */
const CALLBACK = '/v1/sign-in/callback';

/** Signs people in to the console at the identity provider, and out. */
@Injectable()
export class ProviderSignIn {
  private readonly limiter = new AddressLimiter(CALLBACKS_PER_MINUTE, (address) =>
    this.logger.warn({ address }, 'sign-ins refused, too many came from the address in this minute'),
  );

  constructor(
    @Inject(IDENTITY_PROVIDER) private readonly provider: IdentityProvider | null,
    private readonly people: People,
    private readonly sessions: Sessions,
    @Inject(HUB_SETTINGS) private readonly settings: Pick<HubSettings, 'signIn'>,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Name of the provider for the button. Null if people cannot sign in by a provider. */
  get providerName(): string | null {
    return this.settings.signIn?.name ?? null;
  }

  /**
   * Starts a sign-in. Resolves with the reason if the provider is unavailable, or with null if there is no provider.
   * @param wanted page of the console to open afterwards, from a link that anybody may have written
   */
  async start(wanted: unknown): Promise<StartedSignIn | SignInFailure | null> {
    if (this.provider === null) return null;
    const { token } = createSessionToken();
    try {
      const url = await this.provider.authorizeUrl(signInSecrets(token), this.hubUrl(CALLBACK));
      return { cookie: `${token}.${Buffer.from(consolePath(wanted)).toString('base64url')}`, url };
    } catch (error) {
      return this.failureOf(error);
    }
  }

  /**
   * Finishes the sign-in of a person whom the provider has sent back.
   * @param query query of the request, with its question mark
   * @param cookie value of the cookie of {@link start}
   * @param address address of the browser
   */
  async finish(query: string, cookie: string | undefined, address: string): Promise<FinishedSignIn> {
    const [token = '', encodedPath = ''] = (cookie ?? '').split('.');
    const path = consolePath(Buffer.from(encodedPath, 'base64url').toString());
    const failed = (failure: SignInFailure): FinishedSignIn => ({ ok: false, failure, path });
    const secrets = signInSecrets(token);
    const state = new URLSearchParams(query).get('state');
    if (this.provider === null || !looksLikeSessionToken(token) || !isStateOf(secrets, state)) return failed('expired');
    if (!this.limiter.allows(addressBlock(address), this.clock.now())) return failed('busy');
    try {
      const claims = await this.provider.redeemCode(this.hubUrl(CALLBACK) + query, secrets);
      const identified = await this.people.identify(claims);
      if (identified === null) {
        this.logger.info('sign-in refused, no rule gives the person a role');
        return failed('noRole');
      }
      const started = await this.sessions.startForPerson(identified.caller, identified.roleValues);
      return started === null ? failed('removed') : { ok: true, token: started.token, path };
    } catch (error) {
      return failed(this.failureOf(error));
    }
  }

  /** Returns the page at which the person also ends the session at the provider, else the sign-in page. */
  async signOutUrl(): Promise<string> {
    const signInPage = this.hubUrl('/console/sign-in');
    try {
      return (await this.provider?.signOutUrl(signInPage)) ?? signInPage;
    } catch (error) {
      this.failureOf(error);
      return signInPage;
    }
  }

  private hubUrl(path: string): string {
    return `${this.environment.publicUrl ?? ''}${path}`;
  }

  /** Returns the reason that the console shows. Rethrows an error that the provider did not cause. */
  private failureOf(error: unknown): SignInFailure {
    if (error instanceof SignInDeniedError) {
      this.logger.info({ reason: error.message }, 'identity provider denied a sign-in');
      return 'denied';
    }
    if (error instanceof PersonRemovedError) {
      this.logger.info('sign-in refused, the person was removed from the hub');
      return 'removed';
    }
    if (error instanceof TokenRefusedError) {
      this.logger.warn({ reason: error.message }, 'sign-in refused, the answer of the identity provider is invalid');
      return 'failed';
    }
    if (!(error instanceof ProviderUnavailableError)) throw error;
    this.logger.warn({ reason: error.message }, 'sign-in failed, the identity provider is unavailable');
    return 'unavailable';
  }
}
