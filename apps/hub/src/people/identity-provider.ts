import type { SignInSettings } from '@patchbay/config';
import { isJson, isJsonObject, type Clock, type JsonObject, type SignInSecrets } from '@patchbay/core';
import type { HttpClient } from '@patchbay/plugin-sdk';
import { createRemoteJWKSet, customFetch as jwksFetch, decodeJwt, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  type ClientAuth,
  type Configuration,
} from 'openid-client';
import { FAILURE_PAUSE_MS, providerFetch, withFailurePause, type ProviderFetch } from './provider-fetch.js';

/** Token that the hub refuses. The message contains nothing of the token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

/** Sign-in that the person or the provider has ended. The message is the error code of the provider. */
export class SignInDeniedError extends Error {
  override readonly name = 'SignInDeniedError';
}

/** Failure to reach the identity provider, or an invalid answer of the provider. */
export class ProviderUnavailableError extends Error {
  override readonly name = 'ProviderUnavailableError';
}

/** Signature algorithms with a public key. `none` and algorithms with a shared secret are refused. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Difference between the clocks of the hub and the provider that the hub accepts, in seconds. */
const CLOCK_TOLERANCE_S = 60;
/** Keys of the provider are used for this time. A token with an unknown key makes the hub read them again earlier. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** Shortest time between two reads of the keys because of unknown keys. */
const KEYS_COOLDOWN_MS = 30_000;

/** The discovery document is used for this time. An unknown key makes the hub read it again earlier. */
const DISCOVERY_MAX_AGE_MS = 60 * 60_000;
/** Shortest time between two reads of the discovery document because of unknown keys. */
const DISCOVERY_COOLDOWN_MS = 5 * 60_000;

/** Provider as its discovery document describes it. */
interface Discovered {
  /** Time of the read, in milliseconds since the epoch. */
  readonly readAt: number;
  readonly keysUrl: string;
  readonly configuration: Configuration;
  readonly keys: JWTVerifyGetKey;
}

/**
 * Identity provider (OpenID Connect). Its discovery document is read when it is needed first, and again after an hour. A
 * document that cannot be read again stays in use.
 */
export class IdentityProvider {
  private readonly fetch: ProviderFetch;
  private discovered: Discovered | null = null;
  private reading: Promise<Discovered> | null = null;
  /** Time of the last failed read of the discovery document, in milliseconds since the epoch. */
  private readFailedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly settings: SignInSettings,
    http: Pick<HttpClient, 'exchange'>,
    private readonly clock: Clock,
    /** Secret of the hub at the provider. Undefined if this process signs nobody in. */
    private readonly clientSecret: string | undefined,
  ) {
    this.fetch = withFailurePause(providerFetch(http), clock);
  }

  /**
   * Verifies an access token for the API, and returns its claims.
   * @throws TokenRefusedError if the token is not valid here and now
   * @throws ProviderUnavailableError if the keys of the provider cannot be read
   */
  async verifyAccessToken(token: string, audience: string): Promise<JsonObject> {
    try {
      this.refuseExpired(token);
      const { keys } = await this.discover();
      return await this.verifiedClaims(token, audience, keys).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // The provider may publish its keys at another address now.
        const { keys: newKeys } = await this.discover(DISCOVERY_COOLDOWN_MS);
        if (newKeys === keys) throw error;
        return this.verifiedClaims(token, audience, newKeys);
      });
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw error;
      throw refusalOf(error) ?? unavailable('reading the keys', error);
    }
  }

  /**
   * Returns the page of the provider at which a person signs in.
   * @param redirectUri URL of the hub to which the provider sends the person back
   */
  async authorizeUrl({ state, nonce, codeVerifier }: SignInSecrets, redirectUri: string): Promise<string> {
    const { configuration } = await this.discover();
    const { href } = buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: this.settings.scopes.join(' '), state, nonce },
      ...{ code_challenge: await calculatePKCECodeChallenge(codeVerifier), code_challenge_method: 'S256' },
    });
    return href;
  }

  /**
   * Redeems the code with which the provider has sent a person back. Returns the claims of the verified ID token.
   * @param url URL of the hub with the answer of the provider in its query
   * @throws SignInDeniedError if the answer is an error
   * @throws TokenRefusedError if the code or the ID token is not valid for this sign-in
   */
  async redeemCode(url: string, { state, nonce, codeVerifier }: SignInSecrets): Promise<JsonObject> {
    const { configuration } = await this.discover();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier };
    const tokens = await authorizationCodeGrant(configuration, new URL(url), checks).catch((error: unknown) => {
      throw redemptionError(error);
    });
    const claims = jsonClaims(tokens.claims());
    // The library accepts several issuers of some vendors.
    if (claims['iss'] !== this.settings.issuer) throw new TokenRefusedError('the claim iss does not fit');
    return claims;
  }

  /**
   * Returns the page of the provider that ends the person's session there. Null if the provider has none.
   * @param returnTo page of the hub to which the provider sends the person afterwards
   */
  async signOutUrl(returnTo: string): Promise<string | null> {
    const { configuration } = await this.discover();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
  }

  private async verifiedClaims(token: string, audience: string, keys: JWTVerifyGetKey): Promise<JsonObject> {
    const { payload } = await jwtVerify(token, keys, {
      ...{ issuer: this.settings.issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S },
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(this.clock.now()),
    });
    return jsonClaims(payload);
  }

  /** Refuses a token that has expired, also while the provider is unavailable. Trusts nothing else of the token. */
  private refuseExpired(token: string): void {
    const { exp } = decodeJwt(token);
    if (typeof exp === 'number' && exp + CLOCK_TOLERANCE_S <= this.clock.now() / 1_000)
      throw new TokenRefusedError('it has expired');
  }

  private async discover(maxAgeMs = DISCOVERY_MAX_AGE_MS): Promise<Discovered> {
    const known = this.discovered;
    if (known !== null && this.clock.now() - known.readAt < maxAgeMs) return known;
    this.reading ??= this.readUnlessPaused().finally(() => (this.reading = null));
    try {
      this.discovered = await this.reading;
      return this.discovered;
    } catch (error) {
      if (known !== null) return known;
      throw unavailable('reading the discovery document', error);
    }
  }

  /** Reads the document, at most every five seconds if it cannot be used: also an answer 200 may be invalid. */
  private async readUnlessPaused(): Promise<Discovered> {
    const age = this.clock.now() - this.readFailedAt;
    if (age >= 0 && age < FAILURE_PAUSE_MS) throw new Error('the last read failed less than five seconds ago');
    try {
      return await this.readDiscovery();
    } catch (error) {
      this.readFailedAt = this.clock.now();
      throw error;
    }
  }

  private async readDiscovery(): Promise<Discovered> {
    const { issuer, clientId } = this.settings;
    const isPlain = issuer.startsWith('http:');
    const metadata = { [clockTolerance]: CLOCK_TOLERANCE_S };
    const configuration = await discovery(new URL(issuer), clientId, metadata, authentication(this.clientSecret), {
      [customFetch]: this.fetch,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http is valid on this machine only
      execute: [enableNonRepudiationChecks, ...(isPlain ? [allowInsecureRequests] : [])],
    });
    const { jwks_uri: keysUrl } = configuration.serverMetadata();
    if (keysUrl === undefined) throw new Error('the discovery document has no jwks_uri');
    if (!isPlain && !keysUrl.startsWith('https:')) throw new Error('the jwks_uri of the provider does not use https');
    const readAt = this.clock.now();
    const known = this.discovered;
    // The same keys keep their limit of reads.
    if (known?.keysUrl === keysUrl) return { configuration, keys: known.keys, keysUrl, readAt };
    const keys = createRemoteJWKSet(new URL(keysUrl), {
      [jwksFetch]: this.fetch,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
    });
    return { configuration, keys, keysUrl, readAt };
  }
}

/** Returns the authentication of the hub that the provider supports. Providers without a list support the first. */
function authentication(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...request) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (supported.includes('client_secret_basic') ? basic : post)(server, ...request);
  };
}

/** Messages of the libraries contain no token and no claim. Their causes do, so they are not kept. */
function unavailable(step: string, error: unknown): ProviderUnavailableError {
  return new ProviderUnavailableError(`${step} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
}

function redemptionError(error: unknown): Error {
  if (error instanceof AuthorizationResponseError) return new SignInDeniedError(errorCode(error.error));
  if (error instanceof ResponseBodyError)
    return new TokenRefusedError(`the provider answered ${errorCode(error.error)}`);
  if (error instanceof ClientError) return new TokenRefusedError(error.message);
  return refusalOf(error) ?? unavailable('redeeming the code', error);
}

/** Returns an error code of OAuth. Other texts of a provider may contain anything. */
function errorCode(code: string): string {
  return /^[a-z_]{1,64}$/.test(code) ? code : 'an unknown error';
}

function jsonClaims(payload: unknown): JsonObject {
  if (isJson(payload) && isJsonObject(payload)) return payload;
  throw new TokenRefusedError('it has claims that are not JSON');
}

/** Returns the refusal for an error of a token; null if the token is not the cause of the error. */
function refusalOf(error: unknown): TokenRefusedError | null {
  if (error instanceof TokenRefusedError) return error;
  if (error instanceof errors.JWTExpired) return new TokenRefusedError('it has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return new TokenRefusedError(`the claim ${error.claim} does not fit`);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return new TokenRefusedError('no key of the identity provider fits it');
  const isInvalid = INVALID.some((type) => error instanceof type);
  return isInvalid ? new TokenRefusedError('its signature or format is invalid') : null;
}

const INVALID = [
  errors.JWSSignatureVerificationFailed,
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];
