import { neverAccepted, acceptedAt, type Arrival, type CheckResult, type SentEvent } from './check.js';

/** Input of {@link checkOrder}. */
export interface OrderRecords {
  readonly destination: string;
  /** Sent events, in the order in which they occurred and were sent. */
  readonly sent: readonly SentEvent[];
  readonly arrivals: readonly Arrival[];
  /** Number of times that the suite ended the lease of each delivery, by delivery id. */
  readonly leasesEnded: ReadonlyMap<string, number>;
}

/**
 * Checks that the messages of each customer arrive in the order in which their events were sent, also if one call
 * contained the events. Accepts a repeat of an older message in two cases. First, the hub abandoned the request before
 * the receiver read it, so the request was sent earlier. Second, the suite ended the lease, so two workers may have
 * sent the message; each ended lease allows one repeat.
 */
export function checkOrder({ destination, sent, arrivals, leasesEnded }: OrderRecords): CheckResult {
  const places = new Map(sent.map(({ ref, customer }, place) => [ref, { customer, place }]));
  const newest = new Map<string, { readonly place: number; readonly ref: string }>();
  const seen = new Set<string>();
  const repeats = new Map<string, number>();
  const violations: string[] = [];
  const accepted = acceptedAt(arrivals, destination);
  for (const { deliveryId, refs, abandoned } of accepted) {
    for (const ref of refs) {
      const sentAs = places.get(ref);
      if (sentAs === undefined) continue;
      const { customer, place } = sentAs;
      const last = newest.get(customer);
      if (last === undefined || place >= last.place) newest.set(customer, { place, ref });
      else if (!seen.has(ref)) violations.push(`${ref} of ${customer} arrived after ${last.ref}`);
      else if (!abandoned) {
        const times = (repeats.get(deliveryId) ?? 0) + 1;
        repeats.set(deliveryId, times);
        if (times > (leasesEnded.get(deliveryId) ?? 0)) {
          violations.push(`${ref} of ${customer} (delivery ${deliveryId}) arrived again after ${last.ref}`);
        }
      }
      seen.add(ref);
    }
  }
  return {
    name: 'order',
    counts: { keys: newest.size, messages: seen.size },
    seen: seen.size - newest.size,
    violation: 'out of order',
    violations: [...violations, ...neverAccepted(sent, accepted, destination)],
  };
}
