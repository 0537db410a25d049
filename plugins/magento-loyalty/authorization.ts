import {
  answeredAt,
  DeliveryError,
  isJsonObject,
  joinUrl,
  parseRetryAfter,
  type DestinationContext,
  type HttpClient,
  type HttpResponse,
  type Token,
} from '@patchbay/plugin-sdk';
import type { AdminLogin, ImsClient, MagentoCredentials, MagentoSettings } from './magento-loyalty.dto.js';
import { momentAt, oauth1Header } from './oauth1.js';

/**
 * Default lifetime of an admin token in milliseconds, from "Token-based authentication". A store with a shorter
 * lifetime answers 401 to an expired token.
 */
const ADMIN_TOKEN_MS = 4 * 3_600_000;
/** Host of Adobe's login service (IMS), from "Server-to-server Authentication". */
const IMS_URL = 'https://ims-na1.adobelogin.com';
const IMS_SCOPE =
  'openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs';

/** Headers that authorize a call, and the token in these headers if the plugin can fetch a new token. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly token?: { drop(): void };
}

type Context = Pick<
  DestinationContext<MagentoCredentials, MagentoSettings>,
  'credentials' | 'settings' | 'http' | 'token' | 'now'
>;

/** Signs a call or returns the cached token. Throws if no token can be fetched. */
export async function authorize(context: Context, method: string, url: string): Promise<Authorization> {
  const { credentials, settings, http } = context;
  const { oauth1, bearerToken, admin, ims } = credentials;
  if (oauth1) return { headers: { authorization: oauth1Header(oauth1, method, url, momentAt(context.now())) } };
  if (admin) {
    const token = await context.token('admin', () => adminToken(http, settings, admin));
    return { headers: { authorization: `Bearer ${token.value}` }, token };
  }
  if (ims) {
    const token = await context.token('ims', () => imsToken(http, settings, ims));
    const org = ims.orgId === undefined ? {} : { 'x-gw-ims-org-id': ims.orgId };
    return { headers: { authorization: `Bearer ${token.value}`, 'x-api-key': ims.clientId, ...org }, token };
  }
  return { headers: { authorization: `Bearer ${bearerToken ?? ''}` } };
}

async function adminToken(
  http: HttpClient,
  settings: MagentoSettings,
  { username, password }: AdminLogin,
): Promise<Token> {
  const response = await http.exchange({
    method: 'POST',
    url: joinUrl(settings.baseUrl, '/rest/V1/integration/admin/token'),
    headers: { accept: 'application/json' },
    json: { username, password },
  });
  const value = response.status === 200 ? response.json() : null;
  if (typeof value === 'string' && value !== '') return { value, expiresInMs: ADMIN_TOKEN_MS };
  const hint = response.text.includes('2fa')
    ? 'the store requires two-factor authentication for this administrator; use an integration (oauth1) instead'
    : 'check the user name, the password and whether the account is locked';
  throw tokenError('The store', response, hint);
}

async function imsToken(http: HttpClient, settings: MagentoSettings, client: ImsClient): Promise<Token> {
  const response = await http.exchange({
    method: 'POST',
    url: joinUrl(settings.imsUrl ?? IMS_URL, '/ims/token/v3'),
    headers: { accept: 'application/json' },
    form: {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      scope: IMS_SCOPE,
    },
  });
  const body = response.status === 200 ? response.json() : null;
  if (isJsonObject(body) && typeof body.access_token === 'string' && typeof body.expires_in === 'number') {
    return { value: body.access_token, expiresInMs: body.expires_in * 1_000 };
  }
  throw tokenError(
    'Adobe IMS',
    response,
    'check the client id and the client secret, and check that the project has the scope commerce.accs',
  );
}

/**
 * Creates the error for a refused token request, without the response body, because the body may repeat the
 * credentials.
 */
function tokenError(who: string, { status, headers }: HttpResponse, hint: string): DeliveryError {
  const said = `${who} answered ${String(status)} instead of a token`;
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(headers['retry-after'], answeredAt(headers));
    return new DeliveryError('throttled', `${said}. The hub waits, then retries the delivery.`, { retryAfterMs });
  }
  if (status >= 500 || status === 408) return new DeliveryError('transient', `${said}. The hub retries the delivery.`);
  return new DeliveryError('credentials', `${said}: ${hint}.`);
}
