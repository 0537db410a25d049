import type { SourceAuth } from '@patchbay/core';
import { equalsAny } from './constant-time.js';
import { isSignedByStandardWebhooks, type SignedRequest } from './standard-webhooks.js';

/** Parts of a request that authenticate its sender. */
export interface AuthenticatedRequest {
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body before any parsing, because signatures cover its bytes. */
  readonly rawBody: Uint8Array;
}

/**
 * Returns true if a source accepts the request. Every configured method must succeed. A source without methods, or with
 * an empty list, accepts nothing. Secrets are compared in constant time.
 * @param nowMs the current time in epoch milliseconds, for the tolerance of signed timestamps
 */
export function authenticateSource(auth: SourceAuth, request: AuthenticatedRequest, nowMs: number): boolean {
  const header = (name: string): string | undefined => {
    const value: unknown = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const signed: SignedRequest = { header, rawBody: request.rawBody };
  const verdicts: boolean[] = [];
  if (auth.headers !== undefined) verdicts.push(hasHeaders(header, auth.headers));
  if (auth.basic !== undefined) verdicts.push(hasBasic(header('authorization'), auth.basic));
  if (auth.bearer !== undefined)
    verdicts.push(equalsAny(credentialsOf(header('authorization'), 'bearer'), auth.bearer));
  if (auth.standardWebhooks !== undefined) {
    verdicts.push(isSignedByStandardWebhooks(signed, auth.standardWebhooks, nowMs));
  }
  return verdicts.length > 0 && verdicts.every(Boolean);
}

function hasHeaders(header: SignedRequest['header'], expected: Readonly<Record<string, readonly string[]>>): boolean {
  const verdicts = Object.entries(expected).map(([name, values]) =>
    equalsAny(header(name.toLowerCase()) ?? '', values),
  );
  return verdicts.length > 0 && verdicts.every(Boolean);
}

function hasBasic(authorization: string | undefined, accepted: NonNullable<SourceAuth['basic']>): boolean {
  const given = Buffer.from(credentialsOf(authorization, 'basic'), 'base64').toString('utf8');
  return equalsAny(
    given,
    accepted.filter(({ password }) => password !== '').map(({ username, password }) => `${username}:${password}`),
  );
}

/**
 * Returns the part after the scheme of an Authorization header. Returns an empty text for another scheme, because it
 * equals no secret.
 */
function credentialsOf(authorization: string | undefined, scheme: string): string {
  const [given, credentials, ...rest] = (authorization ?? '').trim().split(/ +/);
  return given?.toLowerCase() === scheme && credentials !== undefined && rest.length === 0 ? credentials : '';
}
