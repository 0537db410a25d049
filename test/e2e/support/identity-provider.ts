import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';

/** Audience of the API of the hub. */
export const API_AUDIENCE = 'https://hub.example.com';
/** Client of the hub at the provider. */
export const CLIENT = { id: 'patchbay', secret: 'invented-client-secret' };
/** Environment of a hub that signs people in at its public URL. */
export const PROVIDER_ENVIRONMENT = {
  PATCHBAY_PUBLIC_URL: 'https://hub.example.com',
  PATCHBAY_OIDC_CLIENT_SECRET: CLIENT.secret,
};
/** Client that gets access tokens in its own name. */
const MACHINE = { id: 'machine', secret: 'invented-machine-secret' };

/** Claims of a person. */
export type Account = JWTPayload & { readonly sub: string };

/** Answer of the provider to the next person who signs in: their claims, or an error. */
export type NextSignIn = Account | { readonly error: string; readonly sub?: undefined };

/** Identity provider on this machine (oidc-provider). */
export interface TestProvider {
  readonly issuer: string;
  /** Decides who signs in from now on. The sign-in page of the provider asks nothing. */
  setNext(next: NextSignIn): void;
  /** Makes the provider send another ID token than its own. */
  replaceIdToken(replace: ((claims: JWTPayload) => Promise<string>) | null): void;
  /** Signs a token with a key of the provider. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, string>>): Promise<string>;
  /** Gets an access token for the API from the provider itself, in the name of a program. */
  machineToken(): Promise<string>;
  /** Number of requests for a path so far. */
  requests(path: string): number;
  /** Makes the provider answer each request with 503, or answer again. */
  setAway(away: boolean): void;
  close(): Promise<void>;
}

/**
 * Starts an identity provider.
 * @param hubUrl URL at which browsers reach the hub
 */
export async function startIdentityProvider(
  hubUrl: string = PROVIDER_ENVIRONMENT.PATCHBAY_PUBLIC_URL,
): Promise<TestProvider> {
  const key: JWK = {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    ...{ kty: 'RSA', kid: 'test-key', alg: 'RS256', use: 'sig' },
  };
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => undefined;
  let next: NextSignIn = { sub: 'unknown-person' };
  let replaceIdToken: ((claims: JWTPayload) => Promise<string>) | null = null;
  const paths: string[] = [];
  let isAway = false;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    paths.push(path);
    if (isAway) response.writeHead(503).end();
    else if (path.startsWith('/interaction/')) void finishInteraction(provider, next, request, response);
    else {
      if (path === '/token' && replaceIdToken !== null) replaceInAnswer(response, replaceIdToken);
      handle(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const provider = providerOf(issuer, { key, hubUrl, accountOf: (sub) => ({ ...next, sub }) });
  handle = provider.callback();
  return {
    issuer,
    setNext: (wanted) => {
      next = wanted;
    },
    replaceIdToken: (replace) => {
      replaceIdToken = replace;
    },
    sign: async (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'test-key', ...header })
        .sign(await importJWK(key, 'RS256')),
    machineToken: async () => {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${MACHINE.id}:${MACHINE.secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: API_AUDIENCE }),
      });
      const body: unknown = await answer.json();
      if (typeof body === 'object' && body !== null && 'access_token' in body) return String(body.access_token);
      throw new Error(`The provider gave no token. It answered: ${JSON.stringify(body)}`);
    },
    requests: (path) => paths.filter((one) => one === path).length,
    setAway: (away) => {
      isAway = away;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers the sign-in page of the provider as a person would. */
async function finishInteraction(
  provider: Provider,
  next: NextSignIn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = isAccount(next) ? { login: { accountId: next.sub } } : next;
  await provider.interactionFinished(request, response, answer);
}

function isAccount(next: NextSignIn): next is Account {
  return typeof next.sub === 'string';
}

/** Replaces the ID token in an answer of the token endpoint. */
function replaceInAnswer(response: ServerResponse, replace: (claims: JWTPayload) => Promise<string>): void {
  const end = response.end.bind(response);
  response.end = (chunk: unknown) => {
    const body = JSON.parse(String(chunk)) as Record<string, unknown>;
    const [, payload = ''] = String(body['id_token']).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
    void replace(claims).then((token) => {
      const text = JSON.stringify({ ...body, id_token: token });
      response.setHeader('content-length', Buffer.byteLength(text));
      end(text);
    });
    return response;
  };
}

interface ProviderFacts {
  readonly key: JWK;
  readonly hubUrl: string;
  readonly accountOf: (sub: string) => Account;
}

function providerOf(issuer: string, { key, hubUrl, accountOf }: ProviderFacts): Provider {
  return new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${hubUrl}/v1/sign-in/callback`],
        post_logout_redirect_uris: [`${hubUrl}/console/sign-in`],
      },
      {
        client_id: MACHINE.id,
        client_secret: MACHINE.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    ttl: { ClientCredentials: 300, AccessToken: 300, IdToken: 300, Grant: 300, Session: 300, Interaction: 300 },
    cookies: { keys: ['invented-cookie-key'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => accountOf(sub) }),
    loadExistingGrant: async ({ oidc: { client, session, provider } }) => {
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      // The own page of oidc-provider loads a font from another site.
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title>${form}`;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: () => ({ scope: '', audience: API_AUDIENCE, accessTokenFormat: 'jwt' }),
      },
    },
    extraTokenClaims: () => ({ groups: ['patchbay-admins'] }),
  });
}
