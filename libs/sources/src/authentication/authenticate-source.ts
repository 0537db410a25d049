import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SourceAuth } from '@patchbay/core';

/** Parts of a request that authenticate its sender. */
export interface AuthenticatedRequest {
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body before any parsing, because signatures cover its bytes. */
  readonly rawBody: Uint8Array;
}

/** Maximum difference between a signed timestamp and the current time. */
const TOLERANCE_SECONDS = 5 * 60;
/**
 * Maximum number of signatures in a request that are checked. A sender that rotates its secret sends two or three
 * signatures.
 */
const MAX_SIGNATURES = 20;

/**
 * Cache of the digests of secrets, because every request is compared with these digests. An entry exists as long as its
 * list of secrets is in the configuration.
 */
const digestsOfLists = new WeakMap<readonly string[], readonly Buffer[]>();

/**
 * Returns true if a source accepts the request. Every configured method must succeed. A source without methods, or with
 * an empty list, accepts nothing. Secrets are compared in constant time.
 * @param nowMs the current time in epoch milliseconds, for the tolerance of signed timestamps
 */
export function authenticateSource(auth: SourceAuth, request: AuthenticatedRequest, nowMs: number): boolean {
  const { headers } = request;
  const verdicts: boolean[] = [];
  if (auth.headers !== undefined) {
    const expected = Object.entries(auth.headers);
    if (expected.length === 0) return false;
    for (const [name, values] of expected) {
      verdicts.push(equalsAny(headerOf(headers, name.toLowerCase()) ?? '', values));
    }
  }
  if (auth.basic !== undefined) verdicts.push(hasBasic(headers, auth.basic));
  if (auth.bearer !== undefined) verdicts.push(equalsAny(credentialsOf(headers, 'bearer'), auth.bearer));
  if (auth.standardWebhooks !== undefined) {
    verdicts.push(isSignedByStandardWebhooks(request, auth.standardWebhooks, nowMs));
  }
  return verdicts.length > 0 && !verdicts.includes(false);
}

function hasBasic(headers: AuthenticatedRequest['headers'], accepted: NonNullable<SourceAuth['basic']>): boolean {
  const given = Buffer.from(credentialsOf(headers, 'basic'), 'base64').toString('utf8');
  return equalsAny(
    given,
    accepted.filter(({ password }) => password !== '').map(({ username, password }) => `${username}:${password}`),
  );
}

/**
 * Verifies a symmetric signature of Standard Webhooks 1.0 (`v1`). One of the signatures must match one of the secrets,
 * and the timestamp may differ from the current time by at most five minutes.
 * @param secrets `whsec_<base64>`; the prefix is optional
 */
function isSignedByStandardWebhooks(
  { headers, rawBody }: AuthenticatedRequest,
  secrets: readonly string[],
  nowMs: number,
): boolean {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined || id === '') return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = secrets
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .filter((key) => key.length > 0)
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64')}`);
  return signatures
    .split(' ', MAX_SIGNATURES)
    .reduce((found, signature) => equalsAny(signature, expected) || found, false);
}

/**
 * Returns the part after the scheme of the Authorization header. For another scheme, returns an empty text, because an
 * empty text equals no secret.
 */
function credentialsOf(headers: AuthenticatedRequest['headers'], scheme: string): string {
  const [given, credentials, ...rest] = (headerOf(headers, 'authorization') ?? '').trim().split(/ +/);
  return given?.toLowerCase() === scheme && credentials !== undefined && rest.length === 0 ? credentials : '';
}

function headerOf(headers: AuthenticatedRequest['headers'], name: string): string | undefined {
  const value: unknown = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns true if a text equals one of the secrets. All secrets are compared in constant time, so the duration reveals
 * neither the position of a difference nor the length of a secret. An empty secret never matches.
 */
function equalsAny(given: string, secrets: readonly string[]): boolean {
  const shown = hash('sha256', given, 'buffer');
  let isEqual = false;
  for (const [index, expected] of (digestsOfLists.get(secrets) ?? digestsOf(secrets)).entries()) {
    isEqual = (timingSafeEqual(shown, expected) && secrets[index] !== '') || isEqual;
  }
  return isEqual;
}

function digestsOf(secrets: readonly string[]): readonly Buffer[] {
  const digests = secrets.map((secret) => hash('sha256', secret, 'buffer'));
  digestsOfLists.set(secrets, digests);
  return digests;
}
