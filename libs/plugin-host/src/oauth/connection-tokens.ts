import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Locks, OAuthConnection, OAuthStore, OAuthTokens } from '@patchbay/core';
import { DeliveryError, type HttpClient } from '@patchbay/plugin-sdk';
import type { OAuthClient } from './oauth-client.js';
import { InvalidGrantError, requestTokens } from './request-tokens.js';

const CONNECT = 'Connect it in the console, or with `patchbay destination connect`.';
/** Reason of a destination without a connection. */
export const NOT_CONNECTED = `The destination is not connected to the vendor. ${CONNECT}`;
const REFUSED = `The vendor no longer accepts the connection of the destination. ${CONNECT}`;

/** Maximum time for a refresh with its wait for other processes, in milliseconds. */
const REFRESH_LIMIT_MS = 15_000;
/** Number of attempts to store refreshed tokens, and the pause between them in milliseconds. */
const STORE_ATTEMPTS = 5;
const STORE_PAUSE_MS = 500;

/** Dependencies of {@link ConnectionTokens}. */
export interface ConnectionTokensParts {
  readonly store: Pick<OAuthStore, 'find' | 'replace' | 'refuse'>;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Creates the HTTP client of a refresh. */
  readonly http: (signal: AbortSignal) => HttpClient;
}

/**
 * Tokens of connected destinations. Each call reads the store, so that each process knows at once what another process
 * has refreshed, connected or disconnected.
 */
export class ConnectionTokens {
  /** Versions of tokens that the vendor refused, by destination id. */
  private readonly dropped = new Map<string, string>();
  /** Running refreshes by destination id. */
  private readonly running = new Map<string, Promise<OAuthConnection>>();

  constructor(private readonly parts: ConnectionTokensParts) {}

  /**
   * Returns the connection of a destination with a valid access token, refreshed if necessary.
   * @throws DeliveryError `credentials` if the destination is not connected or the vendor has refused the connection;
   * another kind if the vendor did not answer a refresh
   */
  async current(destinationId: string, client: OAuthClient): Promise<OAuthConnection> {
    const found = await this.connectionOf(destinationId, client);
    return this.isDue(destinationId, found) ? this.refreshOnce(destinationId, client) : found;
  }

  /** Marks the tokens of a version as refused by the vendor, so that the next call refreshes them. */
  drop(destinationId: string, version: string): void {
    this.dropped.set(destinationId, version);
  }

  /** Resolves when no refresh runs, so that the hub can close the database. Never rejects. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private async connectionOf(destinationId: string, { tokenUrl }: OAuthClient): Promise<OAuthConnection> {
    const found = await this.parts.store.find(destinationId);
    if (found?.tokenUrl !== tokenUrl) throw new DeliveryError('credentials', NOT_CONNECTED);
    if (found.isRefused) throw new DeliveryError('credentials', REFUSED);
    return found;
  }

  private isDue(destinationId: string, { version, tokens: { refreshAt } }: OAuthConnection): boolean {
    if (this.dropped.get(destinationId) === version) return true;
    return refreshAt !== null && refreshAt <= this.parts.clock.now();
  }

  /** Callers in this process share a refresh. The end of a call does not stop it, because the vendor may have answered. */
  private refreshOnce(destinationId: string, client: OAuthClient): Promise<OAuthConnection> {
    const running = this.running.get(destinationId);
    if (running !== undefined) return running;
    const signal = AbortSignal.timeout(REFRESH_LIMIT_MS);
    const started = this.parts.locks
      .run(`oauth\0${destinationId}`, () => this.refresh(destinationId, client, signal), signal)
      .finally(() => this.running.delete(destinationId));
    this.running.set(destinationId, started);
    return started;
  }

  /** Refreshes the tokens under the lock, unless another process has done so during the wait for the lock. */
  private async refresh(destinationId: string, client: OAuthClient, signal: AbortSignal): Promise<OAuthConnection> {
    const { store, clock, http } = this.parts;
    const latest = await this.connectionOf(destinationId, client);
    if (!this.isDue(destinationId, latest)) return latest;
    const { refreshToken } = latest.tokens;
    try {
      if (refreshToken === null) throw new InvalidGrantError('The vendor issued no refresh token.');
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken } as const;
      const issued = await requestTokens(http(signal), client, grant, () => clock.now());
      // Without a new refresh token, the former one stays valid.
      await this.store(destinationId, latest.version, {
        ...issued,
        refreshToken: issued.refreshToken ?? refreshToken,
        scopes: issued.scopes ?? latest.tokens.scopes,
      });
    } catch (error) {
      if (!(error instanceof InvalidGrantError)) throw error;
      await store.refuse(destinationId, latest.version);
    }
    this.dropped.delete(destinationId);
    return this.connectionOf(destinationId, client);
  }

  /**
   * Stores refreshed tokens before anything uses them. Repeats a failed write, because the vendor may accept the former
   * refresh token no longer.
   */
  private async store(destinationId: string, version: string, tokens: OAuthTokens): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        // If the connection has another version, a person has connected or disconnected the destination meanwhile.
        await this.parts.store.replace(destinationId, version, tokens);
        return;
      } catch (error) {
        if (attempt >= STORE_ATTEMPTS) throw error;
        await delay(STORE_PAUSE_MS);
      }
    }
  }
}
