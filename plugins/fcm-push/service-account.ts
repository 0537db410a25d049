import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { DeliveryError, jsonObjectIn, type DestinationContext, type Token } from '@patchbay/plugin-sdk';
import { fcmTokenError } from './fcm-errors.js';
import type { FcmPushCredentials, FcmPushSettings } from './fcm-push.dto.js';

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const ASSERTION_LIFE_SECONDS = 3_600;

/** What of a key file is needed. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly projectId?: string;
  readonly keyId?: string;
  /** In PEM. */
  readonly privateKey: string;
}

/** Reads a key file. Throws a `credentials` DeliveryError that says what is wrong with it, and none of its content. */
export function readServiceAccount({ serviceAccount }: FcmPushCredentials): ServiceAccount {
  const {
    client_email: clientEmail,
    private_key: privateKey,
    private_key_id: keyId,
    project_id: projectId,
  } = jsonObjectIn(serviceAccount) ?? {};
  if (typeof clientEmail !== 'string' || typeof privateKey !== 'string') {
    throw unusable('it is no JSON with "client_email" and "private_key"');
  }
  return {
    clientEmail,
    privateKey,
    ...(typeof keyId === 'string' && { keyId }),
    ...(typeof projectId === 'string' && { projectId }),
  };
}

function privateKeyIn(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unusable('its "private_key" is no key in PEM; did its line breaks get lost?');
  }
  if (key.asymmetricKeyType !== 'rsa') throw unusable('its "private_key" is no RSA key');
  return key;
}

function unusable(why: string): DeliveryError {
  return new DeliveryError(
    'credentials',
    `"serviceAccount" cannot be used: ${why}. Give the whole file that the Firebase console made, then verify.`,
  );
}

/**
 * The signed claim that Google changes for an access token ("Using OAuth 2.0 for Server to Server Applications"): a JWT
 * with RS256. Its audience is always Google's own address, so it is good for nothing elsewhere. Throws a `credentials`
 * DeliveryError where the private key is none.
 * @param now milliseconds since the epoch
 */
export function assertionOf({ clientEmail, keyId, privateKey }: ServiceAccount, now: number): string {
  const issuedAt = Math.floor(now / 1_000);
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) };
  const claims = {
    iss: clientEmail,
    scope: SCOPE,
    aud: TOKEN_URL,
    iat: issuedAt,
    exp: issuedAt + ASSERTION_LIFE_SECONDS,
  };
  const key = privateKeyIn(privateKey);
  const unsigned = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
}

/** Asks Google for an access token. Throws a DeliveryError where there is none. */
export async function fetchAccessToken(
  { http, settings, now }: DestinationContext<FcmPushCredentials, FcmPushSettings>,
  account: ServiceAccount,
): Promise<Token> {
  const response = await http.exchange({
    method: 'POST',
    url: settings.baseUrl === undefined ? TOKEN_URL : `${settings.baseUrl.replace(/\/+$/, '')}/token`,
    form: {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertionOf(account, now()),
    },
    readsOnly: true,
  });
  if (response.status < 200 || response.status > 299) throw fcmTokenError(response);
  const { access_token: value, expires_in: seconds } = jsonObjectIn(response.text) ?? {};
  // The answer is not recorded: it may hold a token.
  if (typeof value !== 'string')
    throw new DeliveryError('transient', 'Google answered a request for a token without one');
  return { value, expiresInMs: typeof seconds === 'number' ? seconds * 1_000 : 0 };
}
