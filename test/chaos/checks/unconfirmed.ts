import type { CheckResult } from './check.js';

/** Delivery with the outcomes of its attempts, as the hub recorded them. */
export interface AttemptedDelivery {
  readonly id: string;
  readonly destination: string;
  readonly state: string;
  readonly attempts: readonly { readonly outcome: string; readonly message: string | null }[];
}

/**
 * Checks every attempt that the hub recorded as unconfirmed. Either the receiver must have got the request, or the
 * suite must have ended the lease during the attempt.
 */
export function checkUnconfirmed(
  deliveries: readonly AttemptedDelivery[],
  /** Number of requests that the receiver got, by delivery id. */
  requests: ReadonlyMap<string, number>,
  leasesEnded: ReadonlyMap<string, number>,
): CheckResult {
  const doubtful = deliveries
    .map(({ id, destination, attempts }) => {
      const lost = attempts.filter(({ outcome }) => outcome === 'unconfirmed');
      return { id, destination, lost, seen: requests.get(id) ?? 0, ended: leasesEnded.get(id) ?? 0 };
    })
    .filter(({ lost }) => lost.length > 0);
  const attempts = doubtful.reduce((sum, { lost }) => sum + lost.length, 0);
  return {
    name: 'unconfirmed',
    counts: { attempts, deliveries: doubtful.length },
    seen: deliveries.length,
    violation: 'that nothing explains',
    violations: doubtful
      .filter(({ lost, seen, ended }) => lost.length > seen + ended)
      .map(
        ({ id, destination, lost, seen, ended }) =>
          `delivery ${id} to ${destination} was unconfirmed ${lost.length} times (${lost.at(-1)?.message ?? ''}); ` +
          `the receiver saw it ${seen} times, and its lease was ended ${ended} times`,
      ),
  };
}
