import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import {
  defined,
  DeliveryError,
  isSuccess,
  joinUrl,
  jsonObjectIn,
  textOf,
  type DestinationContext,
  type Token,
} from '@patchbay/plugin-sdk';
import { fcmTokenError } from './errors.js';
import type { FcmPushCredentials, FcmPushSettings } from './fcm-push.dto.js';

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const ASSERTION_LIFE_SECONDS = 3_600;

/** Required properties of a key file. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly projectId?: string;
  readonly keyId?: string;
  /** Private key in PEM format. */
  readonly privateKey: string;
}

/** Reads a key file. Throws a `credentials` DeliveryError that describes the problem without the content. */
export function readServiceAccount({ serviceAccount }: FcmPushCredentials): ServiceAccount {
  const {
    client_email: clientEmail,
    private_key: privateKey,
    private_key_id: keyId,
    project_id: projectId,
  } = jsonObjectIn(serviceAccount) ?? {};
  if (typeof clientEmail !== 'string' || typeof privateKey !== 'string') {
    throw unusable('it is not JSON with "client_email" and "private_key"');
  }
  return { clientEmail, privateKey, ...defined({ keyId: textOf(keyId), projectId: textOf(projectId) }) };
}

function privateKeyIn(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unusable('its "private_key" is not a valid PEM key; check its line breaks');
  }
  if (key.asymmetricKeyType !== 'rsa') throw unusable('its "private_key" is not an RSA key');
  return key;
}

function unusable(why: string): DeliveryError {
  return new DeliveryError(
    'credentials',
    `"serviceAccount" is invalid: ${why}. Set it to the whole file from the Firebase console, then verify the ` +
      'destination.',
  );
}

/**
 * Creates the signed claim that Google exchanges for an access token ("Using OAuth 2.0 for Server to Server
 * Applications"): a JWT with RS256. The claim's audience is always Google's own address, so no other service accepts
 * the claim. Throws a `credentials` DeliveryError if the private key is invalid.
 * @param now milliseconds since the epoch
 */
export function assertionOf({ clientEmail, keyId, privateKey }: ServiceAccount, now: number): string {
  const issuedAt = Math.floor(now / 1_000);
  const header = { alg: 'RS256', typ: 'JWT', ...defined({ kid: keyId }) };
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

/** Requests an access token from Google. Throws a DeliveryError if Google returns none. */
export async function fetchAccessToken(
  { http, settings, now }: DestinationContext<FcmPushCredentials, FcmPushSettings>,
  account: ServiceAccount,
): Promise<Token> {
  const response = await http.exchange({
    method: 'POST',
    url: settings.baseUrl === undefined ? TOKEN_URL : joinUrl(settings.baseUrl, '/token'),
    form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertionOf(account, now()) },
    readsOnly: true,
  });
  if (!isSuccess(response)) throw fcmTokenError(response);
  const { access_token: value, expires_in: seconds } = jsonObjectIn(response.text) ?? {};
  // The response is not recorded, because it may contain a token.
  if (typeof value !== 'string')
    throw new DeliveryError('transient', 'Google answered a token request without a token. The hub retries.');
  return { value, expiresInMs: typeof seconds === 'number' ? seconds * 1_000 : 0 };
}
