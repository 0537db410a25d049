import type { SourceAuth } from '@patchbay/core';
import { equalsAny } from './constant-time.js';
import { isSignedByStandardWebhooks, type SignedRequest } from './standard-webhooks.js';

/** What of a request proves who sent it. */
export interface AuthenticatedRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came, before any parsing: signatures are over bytes. */
  readonly rawBody: Uint8Array;
}

/**
 * Whether a request may come in by a source. Every method that the source names has to hold; one that names none lets nobody in,
 * nor does a method with an empty list. Secrets are compared in constant time.
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

/** What follows the scheme in an Authorization header; empty where it is another scheme, which then equals no secret. */
function credentialsOf(authorization: string | undefined, scheme: string): string {
  const [given, credentials, ...rest] = (authorization ?? '').trim().split(/ +/);
  return given?.toLowerCase() === scheme && credentials !== undefined && rest.length === 0 ? credentials : '';
}
