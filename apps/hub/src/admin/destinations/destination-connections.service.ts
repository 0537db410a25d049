import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import {
  actorOf,
  createSessionToken,
  hashOfSecret,
  LiveConfiguration,
  looksLikeSessionToken,
  OAUTH_REQUEST_MS,
  StoredValuesCheck,
  type Caller,
  type Clock,
  type DestinationPauseStore,
  type OAuthRequest,
  type OAuthStore,
  type ReadStore,
  type Vault,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import { BullWakeUps } from '@patchbay/queue';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { CLOCK, DESTINATION_PAUSE_STORE, OAUTH_STORE, READ_STORE } from '../../database/database.module.js';
import { ProblemError } from '../../http/problem.js';
import { VAULT } from '../../vault/vault.module.js';
import { FreshConfiguration, type CurrentDestination } from '../common/fresh-configuration.service.js';
import { Callers } from '../keys/callers.service.js';
import { openDestination } from './open-destination.js';

/** Longest authorization code that the hub accepts, in characters. */
const CODE_LIMIT = 4_096;

/** Started request to connect a destination. */
export interface StartedConnect {
  /** Page of the vendor at which a person allows the access. */
  readonly authorizeUrl: string;
  /** Time until which the person has to come back, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Secret of the browser's cookie. Null if the request came from a program. */
  readonly browserToken: string | null;
}

/** Query with which a vendor sends a person back, and who calls. Query values are untyped. */
export interface CameBack {
  readonly query: { readonly state?: unknown; readonly code?: unknown; readonly error?: unknown };
  readonly address: string;
  readonly browserToken: string | undefined;
}

/** Destination that a person has connected. */
export interface Connected {
  readonly brand: string;
  readonly destination: string;
  /** True if the request began in the console. */
  readonly inConsole: boolean;
}

/** Connects destinations to accounts at their vendors by OAuth, and disconnects them. */
@Injectable()
export class DestinationConnections {
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly brands: FreshConfiguration,
    private readonly configuration: LiveConfiguration,
    private readonly plugins: PluginGateway,
    private readonly callers: Callers,
    private readonly wakeUps: BullWakeUps,
    @Inject(OAUTH_STORE) private readonly oauth: OAuthStore,
    @Inject(DESTINATION_PAUSE_STORE) private readonly pauses: DestinationPauseStore,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'pauses'>,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {
    this.storedValues = new StoredValuesCheck(plugins);
  }

  /** Starts a request to connect a destination. Throws a ProblemError 409 if the destination cannot be connected. */
  async start(caller: Caller, brandName: string, name: string): Promise<StartedConnect> {
    const found = await this.destinationWithOAuth(brandName, name);
    const redirectUri = this.redirectUri();
    const problem = this.storedValues.problemOf(found.destination, found.brand);
    if (problem !== null) throw new ProblemError(409, problem);
    const { token: state, hash } = createSessionToken();
    const browser = caller.session === null ? null : createSessionToken();
    const authorizeUrl = this.authorizeUrl(found, state, redirectUri);
    await this.oauth.startRequest(hash, {
      destinationId: found.destination.id,
      actor: actorOf(caller),
      browserHash: browser?.hash ?? null,
    });
    const expiresAt = this.clock.now() + OAUTH_REQUEST_MS;
    return { authorizeUrl, expiresAt, browserToken: browser?.token ?? null };
  }

  /** Ends the connection of a destination, and deletes its tokens. Idempotent. */
  async disconnect(caller: Caller, brandName: string, name: string): Promise<void> {
    const { destination } = await this.destinationWithOAuth(brandName, name);
    await this.oauth.disconnect(destination.id, actorOf(caller));
  }

  /**
   * Connects the destination of a person whom the vendor has sent back. Resumes the destination if the hub itself paused
   * it. Throws a ProblemError that says why the destination was not connected.
   */
  async finish({ query: { state, code, error }, address, browserToken }: CameBack): Promise<Connected> {
    const request = await this.takeRequest(state, address);
    if (!isSameBrowser(request, browserToken)) {
      throw new ProblemError(
        403,
        'The request to connect began in another browser, or at another address of the hub. Open the console at the ' +
          'public URL of the hub and connect the destination again.',
      );
    }
    if (typeof code !== 'string' || code === '' || code.length > CODE_LIMIT) throw withoutCode(error);
    const found = await this.destinationOf(request.destinationId);
    const codeVerifier = this.codeVerifier(String(state));
    const redirectUri = this.redirectUri();
    const exchanged = await this.plugins.exchangeCode(openDestination(found), code, { codeVerifier, redirectUri });
    if (!exchanged.ok) throw new ProblemError(409, exchanged.message);
    const { id } = found.destination;
    if (!(await this.oauth.connect(id, exchanged.tokens, exchanged.tokenUrl, request.actor))) throw destinationGone();
    const pause = (await this.store.pauses([id])).get(id);
    if (pause?.by === 'hub') await this.pauses.resume(id, request.actor);
    this.wakeUps.wake(id);
    return {
      brand: found.brand.name,
      destination: found.destination.name,
      inConsole: request.browserHash !== null,
    };
  }

  private async destinationWithOAuth(brandName: string, name: string): Promise<CurrentDestination> {
    const found = await this.brands.findDestination(brandName, name);
    const { type } = found.destination;
    if (this.plugins.hasOAuth(type)) return found;
    throw new ProblemError(
      409,
      `Destinations of type ${type} are not connected at the vendor. Set their credentials instead.`,
    );
  }

  /** @throws ProblemError 409 if the plugin returns no valid URL for the settings */
  private authorizeUrl(found: CurrentDestination, state: string, redirectUri: string): string {
    const request = { state, redirectUri, codeVerifier: this.codeVerifier(state) };
    try {
      const url = this.plugins.authorizeUrl(openDestination(found), request);
      if (url !== undefined) return url;
    } catch (error) {
      if (isDeliveryError(error)) throw new ProblemError(409, error.message);
      throw error;
    }
    throw destinationGone();
  }

  /** Uses up the request of a state. A wrong state counts as a wrong key of the address. */
  private async takeRequest(state: unknown, address: string): Promise<OAuthRequest> {
    const checked = await this.callers.ownerOf(typeof state === 'string' ? state : '', address, async (secret) =>
      looksLikeSessionToken(secret) ? this.oauth.takeRequest(hashOfSecret(secret)) : null,
    );
    if (checked.kind === 'known') return checked.owner;
    const again = 'Connect the destination again.';
    if (checked.retryAfterMs !== null) {
      throw new ProblemError(429, `Too many wrong requests came from this address. ${again}`, undefined, {
        'retry-after': String(Math.ceil(checked.retryAfterMs / 1_000)),
      });
    }
    throw new ProblemError(
      400,
      `The request to connect is unknown, was used before, or is older than ${OAUTH_REQUEST_MS / 60_000} minutes. ${again}`,
    );
  }

  private async destinationOf(destinationId: string): Promise<Pick<CurrentDestination, 'brand' | 'destination'>> {
    await this.configuration.refresh();
    const brand = await this.configuration.brandOfQueue(destinationId);
    const destination = brand?.destinations.get(destinationId);
    if (!brand || destination === undefined) throw destinationGone();
    return { brand: brand.brand, destination };
  }

  private redirectUri(): string {
    const { publicUrl } = this.environment;
    if (publicUrl !== undefined) return `${publicUrl}/oauth/callback`;
    throw new ProblemError(
      409,
      'The hub has no public URL to which the vendor could send a person back. Set PATCHBAY_PUBLIC_URL and register ' +
        'its path /oauth/callback at the vendor.',
    );
  }

  /** Derives the secret of PKCE from the state by the hub's own key, so that the secret is not stored. */
  private codeVerifier(state: string): string {
    return this.vault.keyedHash('oauth-code-verifier', state);
  }
}

function isSameBrowser({ browserHash }: OAuthRequest, browserToken: string | undefined): boolean {
  // Hashes have a fixed length, so the comparison does not reveal the length of the token.
  return browserHash === null || timingSafeEqual(browserHash, hashOfSecret(browserToken ?? ''));
}

function withoutCode(error: unknown): ProblemError {
  // Only the registered form of an error code is repeated, because the text comes from the URL.
  const code = typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : 'no code';
  return new ProblemError(409, `The vendor did not allow the access: ${code}. Connect the destination again.`);
}

function destinationGone(): ProblemError {
  return new ProblemError(404, 'The destination does not exist any more. Create it, and connect it again.');
}
