import { createHash } from 'node:crypto';
import type { CapillaryEnrichmentSpec, Json } from '@patchbay/core';
import { isDeliveryError, isJsonObject, type HttpClient, type HttpResponse } from '@patchbay/plugin-sdk';
import { responseJson } from '../../http/read-response.js';
import { LookupClient } from '../../http/lookup-client.js';
import { lookupError } from '../../http/lookup-failure.js';
import { withTimeout } from '../../cache/shared-lookups.js';
import { AccessToken, type FreshToken } from './access-token.js';
import { CAPILLARY_SECTION, classifyResponse } from './capillary-error.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * Read-only client for Capillary's v2 and v3 APIs. Authenticates by OAuth (page "OAuth": `POST
 * /v3/oauth/token/generate`, then the token in `X-CAP-API-OAUTH-TOKEN`) or as a till's user (page "Basic
 * authentication": the password as MD5 in hex).
 */
export class CapillaryClient {
  private readonly client: LookupClient;
  private readonly limiter: RateLimiter;
  private readonly token: AccessToken;
  private readonly basic: string;

  constructor(
    private readonly spec: CapillaryEnrichmentSpec,
    http: HttpClient,
    now: () => number = () => performance.now(),
  ) {
    this.client = new LookupClient(http, CAPILLARY_SECTION, spec, classifyResponse);
    this.limiter = new RateLimiter(spec.ratePerMinute, now);
    this.token = new AccessToken(() => this.fetchToken(), now);
    this.basic = spec.auth.kind === 'basic' ? basicAuthorization(spec.auth.username, spec.auth.password) : '';
  }

  /**
   * Returns the body of an answer. Undefined if Capillary reports that nothing was found.
   * @param path path below the base URL, with encoded values
   * @throws DeliveryError
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<Json | undefined> {
    const { timeoutMs } = this.spec;
    // The time limit of a lookup includes the wait for the rate limiter, the fetch of a token, and one or two calls.
    return withTimeout(this.inTurn(path, query), timeoutMs, () =>
      lookupError('transient', CAPILLARY_SECTION, 'no answer within the time limit'),
    );
  }

  private async inTurn(path: string, query: Readonly<Record<string, string>>): Promise<Json | undefined> {
    await this.limiter.acquire(this.spec.timeoutMs / 2);
    try {
      const response = await this.authorized(path, query);
      return response === undefined ? undefined : (responseJson(CAPILLARY_SECTION, response) ?? undefined);
    } catch (error) {
      if (isDeliveryError(error) && error.kind === 'throttled') this.limiter.pause(error.retryAfterMs ?? 0);
      throw error;
    }
  }

  private async authorized(path: string, query: Readonly<Record<string, string>>): Promise<HttpResponse | undefined> {
    if (this.spec.auth.kind === 'basic') return this.call(path, query, { authorization: this.basic });
    const token = await this.token.get();
    try {
      return await this.call(path, query, { 'x-cap-api-oauth-token': token });
    } catch (error) {
      if (!isDeliveryError(error) || error.vendorCode !== '401') throw error;
      // The token may have been revoked before it expired, so fetch a new token and try once more.
      this.token.drop(token);
      return this.call(path, query, { 'x-cap-api-oauth-token': await this.token.get() });
    }
  }

  private call(
    path: string,
    query: Readonly<Record<string, string>>,
    authorization: Readonly<Record<string, string>>,
  ): Promise<HttpResponse | undefined> {
    const headers = { accept: 'application/json', ...authorization };
    return this.client.request({ method: 'GET', url: `${this.spec.baseUrl}${path}`, query, headers });
  }

  private async fetchToken(): Promise<FreshToken> {
    const { auth } = this.spec;
    const json = auth.kind === 'oauth' ? { key: auth.key, secret: auth.secret } : {};
    const response = await this.client.request({
      method: 'POST',
      url: `${this.spec.baseUrl}/v3/oauth/token/generate`,
      headers: { accept: 'application/json' },
      json,
    });
    const body = response === undefined ? null : responseJson(CAPILLARY_SECTION, response);
    const data = isJsonObject(body) ? body['data'] : undefined;
    const token = isJsonObject(data) ? data['accessToken'] : undefined;
    if (typeof token !== 'string' || token === '') {
      throw lookupError('credentials', CAPILLARY_SECTION, 'it returned no access token: check baseUrl, key and secret');
    }
    const seconds = isJsonObject(data) ? Number(data['ttlSeconds']) : Number.NaN;
    return { value: token, lifeMs: Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000 : 0 };
  }
}

function basicAuthorization(username: string, password: string): string {
  const hashed = createHash('md5').update(password).digest('hex');
  return `Basic ${Buffer.from(`${username}:${hashed}`).toString('base64')}`;
}
