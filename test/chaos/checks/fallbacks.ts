import type { Arrival, CheckResult, SentEvent } from './check.js';
import type { AttemptedDelivery } from './unconfirmed.js';

/** Input of {@link checkFallbacks}. */
export interface FallbackRecords {
  readonly first: string;
  readonly second: string;
  readonly sent: readonly SentEvent[];
  readonly arrivals: readonly Arrival[];
  /**
   * Time of the first report that a message of the destination `first` was undelivered, by event name. In milliseconds
   * of the receiver's monotonic clock.
   */
  readonly reported: ReadonlyMap<string, number>;
  /** Ids of the deliveries for which the hub recorded a lost response. */
  readonly doubtful: ReadonlySet<string>;
  /** Number of times that the suite ended the lease of each delivery, by delivery id. */
  readonly leasesEnded: ReadonlyMap<string, number>;
}

/**
 * Checks that the second destination gets a message only after the first destination refused the message or reported it
 * as undelivered. After that, the first destination must not get the message again, unless the suite ended the lease.
 * Every refused message needs a fallback, unless the hub recorded a lost response, because a lost response never starts
 * a fallback.
 */
export function checkFallbacks(records: FallbackRecords): CheckResult {
  const { first, second, sent, arrivals, reported, doubtful, leasesEnded } = records;
  const [atFirst, atSecond] = [byRef(arrivals, first), byRef(arrivals, second)];
  const violations: string[] = [];
  let [afterRefusal, afterReport] = [0, 0];
  for (const { ref } of sent) {
    const tried = atFirst.get(ref) ?? [];
    const took = tried.some(({ answer }) => answer === 'accepted');
    const [fallback, ...more] = atSecond.get(ref) ?? [];
    if (fallback === undefined) {
      const refused = tried.some(({ answer }) => answer === 'refused');
      const doubted = tried.some(({ deliveryId }) => doubtful.has(deliveryId));
      if (refused && !doubted) violations.push(`${ref} was refused, and has no fallback`);
      continue;
    }
    if (more.some(({ deliveryId }) => deliveryId !== fallback.deliveryId)) {
      violations.push(`${ref} has two fallbacks`);
    }
    const refusedAt = tried.find(({ answer }) => answer === 'refused')?.at;
    const reason = took ? reported.get(ref) : refusedAt;
    if (reason === undefined || reason > fallback.at) {
      violations.push(`${ref} went to ${second}, though ${first} ${took ? 'took it' : 'did not refuse it'} before`);
    } else if (took) afterReport += 1;
    else afterRefusal += 1;
    const late = tried.filter(({ at, deliveryId }) => at > fallback.at && !leasesEnded.has(deliveryId));
    if (late.length > 0) violations.push(`${ref} was sent to ${first} again after its fallback`);
  }
  return {
    name: 'fallbacks',
    counts: { events: sent.length, 'after a refusal': afterRefusal, 'after a report': afterReport },
    seen: afterRefusal,
    violation: 'without cause, missing or both',
    violations,
  };
}

/**
 * Returns the ids of the deliveries for which the hub recorded a lost response. If a lease ends during a request, the
 * delivery stays `unconfirmed` even after its worker records the outcome of the attempt.
 */
export function deliveriesWithLostAnswer(deliveries: readonly AttemptedDelivery[]): ReadonlySet<string> {
  const lost = deliveries.filter(
    ({ state, attempts }) => state === 'unconfirmed' || attempts.some(({ outcome }) => outcome === 'unconfirmed'),
  );
  return new Set(lost.map(({ id }) => id));
}

function byRef(arrivals: readonly Arrival[], destination: string): ReadonlyMap<string, readonly Arrival[]> {
  const groups = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    if (arrival.destination !== destination) continue;
    for (const ref of arrival.refs) {
      const group = groups.get(ref);
      if (group === undefined) groups.set(ref, [arrival]);
      else group.push(arrival);
    }
  }
  return groups;
}
