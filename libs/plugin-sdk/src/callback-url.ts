import { createHmac } from 'node:crypto';
import { equalInConstantTime } from './equal-in-constant-time.js';

const DELIVERY = 'delivery';
const PROOF = 'proof';

/**
 * A status callback URL for a vendor that signs nothing: it carries a proof that only the destination's secret makes,
 * and that the vendor gives back with every call.
 * @param url the delivery's `statusCallbackUrl`
 * @param secret of the destination; when it changes, calls about older messages are refused
 * @param deliveryId said in the URL if the update does not name our delivery by itself. Each delivery then has a URL of
 *   its own: leave it out for vendors that report many messages in one call. They are told a URL that names none,
 *   whatever `url` says.
 */
export function provenCallbackUrl(url: string, secret: string, deliveryId?: string): string {
  const target = new URL(url);
  if (deliveryId === undefined) target.searchParams.delete(DELIVERY);
  else target.searchParams.set(DELIVERY, deliveryId);
  target.searchParams.set(PROOF, proofOf(target, secret));
  return target.href;
}

/** Throws where the URL that was called is none that {@link provenCallbackUrl} made with this secret. */
export function requireProvenCallbackUrl(url: string, secret: string): void {
  const target = new URL(url);
  if (!equalInConstantTime(target.searchParams.get(PROOF) ?? '', proofOf(target, secret))) {
    throw new Error('The proof in the callback URL is missing, or was made with other credentials.');
  }
}

/**
 * The delivery that a callback URL names, as each delivery's `statusCallbackUrl` does; undefined where it names none. Only
 * as true as the URL is: the vendor's signature has to cover the query, or the URL has to prove itself.
 */
export function deliveryInCallbackUrl(url: string): string | undefined {
  return new URL(url).searchParams.get(DELIVERY) ?? undefined;
}

/** Over the path, which names the destination, and the delivery: the vendor may add what it likes. */
function proofOf(target: URL, secret: string): string {
  const text = `patchbay status callback\n${target.pathname}\n${target.searchParams.get(DELIVERY) ?? ''}`;
  return createHmac('sha256', secret).update(text).digest('base64url');
}
