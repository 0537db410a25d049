import { acceptedAt, type Arrival, type CheckResult, type SentEvent } from './check.js';

/** Cap of a brand: maximum number of messages per customer in a time window. */
export interface Cap {
  readonly max: number;
  readonly perMs: number;
}

/**
 * Checks that no customer gets more messages than the cap allows in any window of `perMs`. A repeated message with the
 * same idempotency key counts once. If enough events were sent, fewer messages than the cap are a violation too.
 */
export function checkCaps(
  destination: string,
  sent: readonly SentEvent[],
  arrivals: readonly Arrival[],
  { max, perMs }: Cap,
): CheckResult {
  const customers = new Map(sent.map(({ ref, customer }) => [ref, customer]));
  const wanted = countBy(sent.map(({ customer }) => customer));
  const firstOf = new Map<string, { readonly customer: string; readonly at: number }>();
  for (const { deliveryId, refs, wallAt } of acceptedAt(arrivals, destination)) {
    const customer = customers.get(refs[0] ?? '');
    if (customer !== undefined && !firstOf.has(deliveryId)) firstOf.set(deliveryId, { customer, at: wallAt });
  }
  const messages = [...firstOf.values()];
  const violations = [...wanted].flatMap(([customer, count]) => {
    const times = messages.filter((one) => one.customer === customer).map(({ at }) => at);
    const most = Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + perMs).length));
    if (most > max) return [`${customer} got ${most} messages at ${destination}; the cap is ${max}`];
    if (times.length < Math.min(max, count)) {
      return [`${customer} got ${times.length} of ${count} messages at ${destination}, though the cap is ${max}`];
    }
    return [];
  });
  return {
    name: 'caps',
    counts: { customers: wanted.size, sent: sent.length, arrived: messages.length },
    seen: [...wanted.values()].filter((count) => count > max).length,
    violation: 'against the cap',
    violations,
  };
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
