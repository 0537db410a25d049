import type { Answer } from '@patchbay/client';
import { browserNow } from '../../lib/now';

/** Delivery with its attempts. */
export type DeliveryDetails = Answer<'/v1/brands/{brand}/deliveries/{id}'>;

/** Attempt of a delivery. */
export type Attempt = DeliveryDetails['attempts'][number];

/**
 * Meaning of a redelivery: what the person must know and confirm first, or why it is not possible.
 * `plain`: nothing more than the dialog says.
 */
export type Redelivery =
  | { readonly isPossible: true; readonly means: 'plain' | 'askVendor' | 'twice' }
  | { readonly isPossible: false; readonly refusal: 'waits' | 'onHold' | 'replaced' | 'merged' | 'nextStep' };

/** Returns what a redelivery of this delivery means. The hub decides again. */
export function redeliveryOf({
  status,
  nextStepTrigger,
}: Pick<DeliveryDetails, 'status' | 'nextStepTrigger'>): Redelivery {
  if (nextStepTrigger !== null) return { isPossible: false, refusal: 'nextStep' };
  switch (status) {
    case 'dead':
    case 'suppressed':
    case 'cancelled':
      return { isPossible: true, means: 'plain' };
    case 'unconfirmed':
      return { isPossible: true, means: 'askVendor' };
    case 'succeeded':
      return { isPossible: true, means: 'twice' };
    case 'scheduled':
      return { isPossible: false, refusal: 'waits' };
    case 'held':
      return { isPossible: false, refusal: 'onHold' };
    case 'superseded':
      return { isPossible: false, refusal: 'replaced' };
    case 'merged':
      return { isPossible: false, refusal: 'merged' };
  }
}

/** Returns true if the hub may cancel the delivery: it waits, or it failed and may block later ones. */
export function isCancellable({ status, inFlight }: Pick<DeliveryDetails, 'status' | 'inFlight'>): boolean {
  return !inFlight && ['scheduled', 'held', 'dead', 'unconfirmed'].includes(status);
}

/** Returns true while the hub may still change the delivery by itself. */
export function isOpen({ status, endedAt, vendorStatus }: DeliveryDetails): boolean {
  if (status === 'scheduled' || status === 'held') return true;
  // A vendor reports within a day or never.
  const isRecent = endedAt !== null && browserNow() - Date.parse(endedAt) < 86_400_000;
  return status === 'succeeded' && isRecent && vendorStatus !== 'delivered';
}
