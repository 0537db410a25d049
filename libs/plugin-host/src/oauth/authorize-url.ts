import { createHash } from 'node:crypto';
import type { OAuthClient } from './oauth-client.js';

/** Parameters of one request to connect a destination. */
export interface AuthorizeRequest {
  /** One-time secret that the vendor sends back. */
  readonly state: string;
  /** Secret of PKCE, which the hub sends with the code. */
  readonly codeVerifier: string;
  /** URL of the hub to which the vendor sends the person back. */
  readonly redirectUri: string;
}

/** Returns the URL of the vendor's page at which a person allows the access (RFC 6749, 4.1.1, and RFC 7636, 4.3). */
export function authorizeUrlOf(client: OAuthClient, request: AuthorizeRequest): string {
  const url = new URL(client.authorizeUrl);
  const parameters: Readonly<Record<string, string>> = {
    ...client.authorizeParameters,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    ...(client.scopes.length > 0 && { scope: client.scopes.join(' ') }),
    ...(client.pkce && {
      code_challenge: createHash('sha256').update(request.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
