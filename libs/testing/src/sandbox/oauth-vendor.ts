import { createHash, randomBytes } from 'node:crypto';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxAnswer } from './behaviour.js';
import type { SandboxOAuth, SandboxRoute } from './sandbox-definition.js';
import type { SandboxRequest } from './sandbox-request.js';

/** Client and first tokens that an {@link OAuthVendor} knows. */
export interface OAuthVendorOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Place of the client id and secret in token requests; `basic` if absent. */
  readonly clientAuthentication?: 'basic' | 'body';
  /** Tokens of a destination that is connected from the start. */
  readonly issued?: SandboxOAuth;
  /** Lifetime of an access token in seconds; an hour if absent. */
  readonly expiresIn?: number;
}

interface Code {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string | null;
}

/**
 * OAuth server of a vendor for sandboxes, by RFC 6749 and RFC 7636. It requires PKCE, accepts a code once, and issues a
 * new refresh token with each refresh. A used refresh token is refused and ends the connection, as RFC 9700 recommends.
 */
export class OAuthVendor {
  private readonly codes = new Map<string, Code>();
  /** Valid access and refresh tokens, each with the scope. */
  private readonly access = new Map<string, string | null>();
  private readonly refresh = new Map<string, string | null>();

  constructor(private readonly options: OAuthVendorOptions) {
    const { issued } = options;
    if (issued === undefined) return;
    this.access.set(issued.accessToken, null);
    this.refresh.set(issued.refreshToken, null);
  }

  /** Routes `authorize` at `/authorize`, which allows the access at once, and `token` at `/token`. */
  routes(): readonly SandboxRoute[] {
    return [
      { name: 'authorize', method: 'GET', path: '/authorize', handle: ({ query }) => this.authorize(query) },
      { name: 'token', method: 'POST', path: '/token', handle: (request) => this.token(request) },
    ];
  }

  /** Returns true if a request has a valid access token. */
  accepts(request: SandboxRequest): boolean {
    return this.access.has(request.bearer() ?? '');
  }

  /** Ends all access tokens before their time. Refresh tokens stay valid. */
  expireAccess(): void {
    this.access.clear();
  }

  /** Ends the connection, as if the person had withdrawn the access at the vendor. */
  revoke(): void {
    this.access.clear();
    this.refresh.clear();
  }

  private authorize(query: URLSearchParams): SandboxAnswer {
    const { clientId } = this.options;
    const [redirectUri, state, challenge] = ['redirect_uri', 'state', 'code_challenge'].map((name) => query.get(name));
    const isComplete =
      query.get('response_type') === 'code' &&
      query.get('client_id') === clientId &&
      query.get('code_challenge_method') === 'S256';
    if (!isComplete || !redirectUri || !state || !challenge) return refused(400, 'invalid_request');
    const code = secret('code');
    this.codes.set(code, { redirectUri, challenge, scope: query.get('scope') });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', state);
    return { status: 302, headers: { location: back.href } };
  }

  private token(request: SandboxRequest): SandboxAnswer {
    const form = request.form();
    if (!this.isClient(request, form)) return refused(401, 'invalid_client');
    const grant = form.get('grant_type');
    if (grant === 'authorization_code') return this.exchange(form);
    if (grant === 'refresh_token') return this.rotate(form.get('refresh_token') ?? '');
    return refused(400, 'unsupported_grant_type');
  }

  private isClient(request: SandboxRequest, form: URLSearchParams): boolean {
    const { clientId, clientSecret, clientAuthentication = 'basic' } = this.options;
    if (clientAuthentication === 'body') {
      return form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
    }
    const basic = request.basic();
    return basic !== undefined && decoded(basic.username) === clientId && decoded(basic.password) === clientSecret;
  }

  private exchange(form: URLSearchParams): SandboxAnswer {
    const code = form.get('code') ?? '';
    const known = this.codes.get(code);
    this.codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGenuine = known?.redirectUri === form.get('redirect_uri') && known.challenge === challenge;
    if (!isGenuine) return refused(400, 'invalid_grant');
    return this.issue(known.scope);
  }

  private rotate(refreshToken: string): SandboxAnswer {
    const scope = this.refresh.get(refreshToken);
    if (scope === undefined) {
      this.revoke();
      return refused(400, 'invalid_grant');
    }
    this.refresh.delete(refreshToken);
    return this.issue(scope);
  }

  private issue(scope: string | null): SandboxAnswer {
    const { expiresIn = 3_600 } = this.options;
    const [accessToken, refreshToken] = [secret('access'), secret('refresh')];
    this.access.set(accessToken, scope);
    this.refresh.set(refreshToken, scope);
    const body: JsonObject = {
      ...{ access_token: accessToken, refresh_token: refreshToken, token_type: 'Bearer', expires_in: expiresIn },
      ...(scope === null ? {} : { scope }),
    };
    return { status: 200, headers: { 'cache-control': 'no-store' }, body };
  }
}

function refused(status: number, error: string): SandboxAnswer {
  return { status, body: { error } };
}

function secret(kind: string): string {
  return `invented-${kind}-${randomBytes(12).toString('hex')}`;
}

/** Decodes a text of the header, which is encoded as in a form (RFC 6749, 2.3.1). */
function decoded(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? '';
}
