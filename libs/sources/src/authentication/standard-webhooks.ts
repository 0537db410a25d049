import { createHmac } from 'node:crypto';
import { equalsAny } from './constant-time.js';

const TOLERANCE_SECONDS = 5 * 60;
/** Maximum number of signatures that are checked. A sender that rotates its secret sends two or three. */
const MAX_SIGNATURES = 20;

/** Parts of a request that a signature covers. */
export interface SignedRequest {
  /** Returns the value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly rawBody: Uint8Array;
}

/**
 * Verifies a Standard Webhooks 1.0 signature, symmetric (`v1`). One of the signatures must match one of the secrets,
 * and the timestamp may differ by at most five minutes.
 * @param secrets `whsec_<base64>`; the prefix is optional
 */
export function isSignedByStandardWebhooks(request: SignedRequest, secrets: readonly string[], nowMs: number): boolean {
  const id = request.header('webhook-id');
  const timestamp = request.header('webhook-timestamp');
  const signatures = request.header('webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined || id === '') return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = secrets
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .filter((key) => key.length > 0)
    .map(
      (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(request.rawBody).digest('base64')}`,
    );
  return signatures
    .split(' ', MAX_SIGNATURES)
    .reduce((found, signature) => equalsAny(signature, expected) || found, false);
}
