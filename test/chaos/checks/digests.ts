import { neverAccepted, acceptedAt, type Arrival, type CheckResult, type SentEvent } from './check.js';

/** Checks that each event is in exactly one digest, and that a repeated digest contains the same events as before. */
export function checkDigests(
  destination: string,
  sent: readonly SentEvent[],
  arrivals: readonly Arrival[],
): CheckResult {
  const known = new Map(sent.map(({ ref, customer }) => [ref, customer]));
  const accepted = acceptedAt(arrivals, destination);
  const digestOf = new Map<string, string>();
  const members = new Map<string, string>();
  const violations: string[] = [];
  for (const { deliveryId, refs } of accepted) {
    const list = refs.join(' ');
    const before = members.get(deliveryId);
    if (before !== undefined && before !== list) {
      violations.push(`digest ${deliveryId} arrived with ${before}, then with ${list}`);
    }
    members.set(deliveryId, list);
    if (new Set(refs).size < refs.length) violations.push(`digest ${deliveryId} has an event twice: ${list}`);
    if (new Set(refs.map((ref) => known.get(ref))).size > 1) {
      violations.push(`digest ${deliveryId} has events of several customers: ${list}`);
    }
    for (const ref of refs) {
      const other = digestOf.get(ref);
      if (other !== undefined && other !== deliveryId) {
        violations.push(`${ref} is in the digests ${other} and ${deliveryId}`);
      }
      digestOf.set(ref, deliveryId);
    }
  }
  return {
    name: 'digests',
    counts: { events: digestOf.size, digests: members.size },
    seen: digestOf.size - members.size,
    violation: 'not in exactly one digest',
    violations: [...violations, ...neverAccepted(sent, accepted, destination)],
  };
}
