import {
  fetchAccessToken,
  httpResponseOf,
  joinUrl,
  tokenError,
  type AxiosInstance,
  type DestinationContext,
  type HttpClient,
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
  'axios' | 'http' | 'credentials' | 'settings' | 'token' | 'now'
>;

/** Signs a call or returns the cached token. Throws if no token can be fetched. */
export async function authorize(context: Context, method: string, url: string): Promise<Authorization> {
  const { axios, http, credentials, settings } = context;
  const { oauth1, bearerToken, admin, ims } = credentials;
  if (oauth1) return { headers: { authorization: oauth1Header(oauth1, method, url, momentAt(context.now())) } };
  if (admin) {
    const token = await context.token('admin', () => adminToken(axios, settings, admin));
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
  axios: AxiosInstance,
  settings: MagentoSettings,
  { username, password }: AdminLogin,
): Promise<Token> {
  const url = joinUrl(settings.baseUrl, '/rest/V1/integration/admin/token');
  const headers = { accept: 'application/json' };
  const response = httpResponseOf(await axios.post(url, { username, password }, { headers, validateStatus: null }));
  const value = response.status === 200 ? response.json() : null;
  if (typeof value === 'string' && value !== '') return { value, expiresInMs: ADMIN_TOKEN_MS };
  const fix = response.text.includes('2fa')
    ? 'It requires two-factor authentication for this administrator. Use an integration (oauth1) instead.'
    : 'Check the user name, the password and whether the account is locked.';
  throw tokenError(response, { server: 'The store', fix });
}

async function imsToken(http: HttpClient, settings: MagentoSettings, client: ImsClient): Promise<Token> {
  return await fetchAccessToken(http, {
    server: 'Adobe IMS',
    fix: 'Check the client id and the client secret, and check that the project has the scope commerce.accs.',
    url: joinUrl(settings.imsUrl ?? IMS_URL, '/ims/token/v3'),
    form: {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      scope: IMS_SCOPE,
    },
  });
}
