import { createHmac } from 'node:crypto';
import { equalInConstantTime } from './equal-in-constant-time.js';

const DELIVERY = 'delivery';
const PROOF = 'proof';

/**
 * Returns a status callback URL for a vendor that does not sign its calls. The URL contains an HMAC under the
 * destination's secret. Every call of the vendor to this URL therefore proves that the hub created the URL.
 * @param url the delivery's `statusCallbackUrl`
 * @param secret a secret of the destination; after it changes, calls about older messages are refused
 * @param deliveryId id to put into the URL if the status update does not contain the delivery id. Each delivery then
 *   has a URL of its own. Omit the id if the vendor reports many messages in one call.
 */
export function provenCallbackUrl(url: string, secret: string, deliveryId?: string): string {
  const target = new URL(url);
  if (deliveryId === undefined) target.searchParams.delete(DELIVERY);
  else target.searchParams.set(DELIVERY, deliveryId);
  target.searchParams.set(PROOF, proofOf(target, secret));
  return target.href;
}

/** Throws if {@link provenCallbackUrl} did not make the called URL with this secret. */
export function requireProvenCallbackUrl(url: string, secret: string): void {
  const target = new URL(url);
  if (!equalInConstantTime(target.searchParams.get(PROOF) ?? '', proofOf(target, secret))) {
    throw new Error(
      'The call was refused, because the proof in its URL is missing or belongs to other credentials. Use the ' +
        'unchanged callback URL.',
    );
  }
}

/**
 * Returns the delivery id in a callback URL, as in each delivery's `statusCallbackUrl`; undefined if the URL contains
 * no id. Trust the id only if the vendor's signature covers the query, or after {@link requireProvenCallbackUrl}.
 */
export function deliveryInCallbackUrl(url: string): string | undefined {
  return new URL(url).searchParams.get(DELIVERY) ?? undefined;
}

/**
 * Returns an HMAC of the delivery id and of the URL's path, which contains the destination. Other parameters are not
 * covered, because the vendor may add some.
 */
function proofOf(target: URL, secret: string): string {
  const text = `patchbay status callback\n${target.pathname}\n${target.searchParams.get(DELIVERY) ?? ''}`;
  return createHmac('sha256', secret).update(text).digest('base64url');
}
