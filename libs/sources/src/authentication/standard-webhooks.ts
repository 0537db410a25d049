import { createHmac } from 'node:crypto';
import { equalsAny } from './constant-time.js';

const TOLERANCE_SECONDS = 5 * 60;
/** A sender that rotates signs with two or three secrets. */
const MAX_SIGNATURES = 20;

/** What a signature covers. */
export interface SignedRequest {
  /** By name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly rawBody: Uint8Array;
}

/**
 * Standard Webhooks 1.0, symmetric (`v1`): one of the signatures has to be made with one of the secrets, not more than five minutes
 * ago or ahead.
 * @param secrets `whsec_<base64>`, the prefix may be left out
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
