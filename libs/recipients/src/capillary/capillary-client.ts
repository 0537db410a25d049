import { createHash } from 'node:crypto';
import type { CapillaryConnection, Json } from '@patchbay/core';
import {
  isDeliveryError,
  isJsonObject,
  type DeliveryError,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import { withTimeout } from '../cache/shared-lookups.js';
import { LookupClient } from '../http/lookup-client.js';
import { lookupError } from '../http/lookup-failure.js';
import { responseJson } from '../http/read-response.js';
import { AccessToken, type FreshToken } from './access-token.js';
import { classifyResponse } from './capillary-error.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { RateLimiter } from './rate-limiter.js';

/** Call of one of Capillary's APIs. */
export interface CapillaryCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the base URL, with encoded values: `/v3/webHooks`. */
  readonly path: string;
  /** Base URL without a trailing slash, for an API with an address of its own. By default that of the connection. */
  readonly baseUrl?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: Json;
}

/** Limits of one call. */
export interface CapillaryBounds {
  /** Time limit in milliseconds. It includes the wait for the rate limiter, the fetch of a token, and all attempts. */
  readonly timeoutMs: number;
  /** Maximum number of retries after a temporary failure. Use 0 for calls that must not be repeated. */
  readonly retries: number;
}

/**
 * Client for Capillary's v2 and v3 APIs. Authenticates by OAuth (page "OAuth": `POST /v3/oauth/token/generate`, then the
 * token in `X-CAP-API-OAUTH-TOKEN`) or as a till's user (page "Basic authentication": the password as MD5 in hex).
 *
 * All calls share one token, one rate limit and one circuit breaker, so use one client per connection: see
 * {@link CapillaryClients}.
 */
export class CapillaryClient {
  private readonly limiter: RateLimiter;
  private readonly breaker: CircuitBreaker;
  private readonly token: AccessToken;
  private readonly basic: string;

  /**
   * @param http client with the egress guard
   * @param now monotonic clock, in milliseconds
   */
  constructor(
    private readonly connection: CapillaryConnection,
    private readonly http: HttpClient,
    now: () => number = () => performance.now(),
  ) {
    this.limiter = new RateLimiter(connection.ratePerMinute, connection.section, now);
    this.breaker = new CircuitBreaker(now);
    this.token = new AccessToken(() => this.fetchToken(), now);
    const { auth } = connection;
    this.basic = auth.kind === 'basic' ? basicAuthorization(auth.username, auth.password) : '';
  }

  /**
   * Returns the body of an answer. Undefined if Capillary reports that nothing was found, or if the body is empty.
   * @throws DeliveryError without any part of the answer. `throttled` with a wait time if the rate limit or the circuit
   *   breaker stops the call.
   */
  request(call: CapillaryCall, bounds: CapillaryBounds): Promise<Json | undefined> {
    return withTimeout(this.inTurn(call, bounds), bounds.timeoutMs, () =>
      lookupError('transient', this.connection.section, 'no answer within the time limit'),
    );
  }

  /** Discards the token, so that the next call uses the permissions that the API client has now. */
  renewToken(): void {
    this.token.clear();
  }

  private async inTurn(call: CapillaryCall, bounds: CapillaryBounds): Promise<Json | undefined> {
    const { section } = this.connection;
    const blockedMs = this.breaker.acquire();
    if (blockedMs > 0) {
      const why = 'Capillary failed several times in a row, so the circuit breaker blocks calls for some time';
      throw lookupError('throttled', section, why, { retryAfterMs: Math.ceil(blockedMs) });
    }
    try {
      await this.limiter.acquire(bounds.timeoutMs / 2);
    } catch (error) {
      this.breaker.release();
      throw error;
    }
    try {
      const response = await this.authorized(call, bounds);
      const body = response === undefined ? undefined : (responseJson(section, response) ?? undefined);
      this.breaker.succeeded();
      return body;
    } catch (error) {
      if (isDeliveryError(error) && error.kind === 'throttled') this.limiter.pause(error.retryAfterMs ?? 0);
      if (isDeliveryError(error) && isOutage(error)) this.breaker.failed();
      else this.breaker.succeeded();
      throw error;
    }
  }

  private async authorized(call: CapillaryCall, bounds: CapillaryBounds): Promise<HttpResponse | undefined> {
    if (this.connection.auth.kind === 'basic') return this.send(call, bounds, { authorization: this.basic });
    const token = await this.token.get();
    try {
      return await this.send(call, bounds, { 'x-cap-api-oauth-token': token });
    } catch (error) {
      if (!isDeliveryError(error) || error.vendorCode !== '401') throw error;
      // The token may have been revoked before it expired, so fetch a new token and try once more.
      this.token.drop(token);
      return this.send(call, bounds, { 'x-cap-api-oauth-token': await this.token.get() });
    }
  }

  private send(
    { method, path, baseUrl = this.connection.baseUrl, query, json }: CapillaryCall,
    bounds: CapillaryBounds,
    authorization: Readonly<Record<string, string>>,
  ): Promise<HttpResponse | undefined> {
    const request: HttpRequest = {
      method,
      url: `${baseUrl}${path}`,
      headers: { accept: 'application/json', ...authorization },
      ...(query === undefined ? {} : { query }),
      ...(json === undefined ? {} : { json }),
    };
    return this.within(bounds).request(request);
  }

  private within(bounds: CapillaryBounds): LookupClient {
    return new LookupClient(this.http, this.connection.section, bounds, (response) =>
      classifyResponse(this.connection.section, response),
    );
  }

  private async fetchToken(): Promise<FreshToken> {
    const { auth, baseUrl } = this.connection;
    const json = auth.kind === 'oauth' ? { key: auth.key, secret: auth.secret } : {};
    const response = await this.within(TOKEN_BOUNDS).request({
      method: 'POST',
      url: `${baseUrl}/v3/oauth/token/generate`,
      headers: { accept: 'application/json' },
      json,
    });
    const body = response === undefined ? null : responseJson(this.connection.section, response);
    const data = isJsonObject(body) ? body['data'] : undefined;
    const token = isJsonObject(data) ? data['accessToken'] : undefined;
    if (typeof token !== 'string' || token === '') {
      throw lookupError(
        'credentials',
        this.connection.section,
        'it returned no access token: check baseUrl, key and secret',
      );
    }
    const seconds = isJsonObject(data) ? Number(data['ttlSeconds']) : Number.NaN;
    return { value: token, lifeMs: Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000 : 0 };
  }
}

/** Limits of the fetch of a token. Several calls can wait for one fetch, so the limits of a call do not apply. */
const TOKEN_BOUNDS: CapillaryBounds = { timeoutMs: 5_000, retries: 1 };

/** Code that says that Capillary is busy with this one customer. */
const CUSTOMER_BUSY = '521';

/** Returns true for failures that concern all calls. */
function isOutage(error: DeliveryError): boolean {
  return error.kind === 'transient' && error.vendorCode !== CUSTOMER_BUSY;
}

function basicAuthorization(username: string, password: string): string {
  const hashed = createHash('md5').update(password).digest('hex');
  return `Basic ${Buffer.from(`${username}:${hashed}`).toString('base64')}`;
}
