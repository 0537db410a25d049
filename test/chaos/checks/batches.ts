import type { Arrival, CheckResult, SentEvent } from './check.js';

/** Input of {@link checkBatches}. */
export interface BatchRecords {
  /** Destinations that get several messages per call. */
  readonly destinations: readonly string[];
  /** Sent events whose messages must be in order, in the order in which they occurred. */
  readonly sent: readonly SentEvent[];
  readonly arrivals: readonly Arrival[];
  /** Maximum number of messages of a call, and maximum size of its body in bytes. */
  readonly limits: { readonly size: number; readonly bytes: number };
}

/**
 * Checks the calls with several messages. No call exceeds a limit or has two messages of one customer. The messages of a
 * customer first arrive in the order of their events. A repeat may arrive late, because a person or a status update
 * decides about messages of a batch that cannot be repeated. The comparison of the records counts lost and repeated
 * messages.
 */
export function checkBatches({ destinations, sent, arrivals, limits }: BatchRecords): CheckResult {
  const places = new Map(sent.map(({ ref, customer }, place) => [ref, { customer, place }]));
  const batched = arrivals.filter(({ destination }) => destinations.includes(destination));
  const calls = new Map<number, Arrival[]>();
  for (const arrival of batched) calls.set(arrival.call, [...(calls.get(arrival.call) ?? []), arrival]);
  const violations: string[] = [];
  for (const [number, messages] of calls) violations.push(...problemsOfCall(number, messages));
  for (const destination of destinations) violations.push(...lateAt(destination));
  const most = (of: (messages: readonly Arrival[]) => number): number =>
    [...calls.values()].reduce((largest, messages) => Math.max(largest, of(messages)), 0);
  return {
    name: 'batches',
    counts: { calls: calls.size, messages: batched.length },
    largest: {
      [`most messages (of ${limits.size})`]: most(({ length }) => length),
      [`most bytes (of ${limits.bytes})`]: most(([first]) => first?.bytes ?? 0),
    },
    seen: [...calls.values()].filter(({ length }) => length > 1).length,
    violation: 'over a limit or out of order',
    violations,
  };

  function problemsOfCall(number: number, messages: readonly Arrival[]): readonly string[] {
    const [first] = messages;
    if (first === undefined) return [];
    const call = `call ${number} to ${first.destination}`;
    const problems: string[] = [];
    if (messages.length > limits.size)
      problems.push(`${call} has ${messages.length} messages; ${limits.size} are allowed`);
    if (first.bytes > limits.bytes) problems.push(`${call} has ${first.bytes} bytes; ${limits.bytes} are allowed`);
    const refOf = new Map<string, string>();
    for (const ref of messages.flatMap(({ refs }) => refs)) {
      const customer = places.get(ref)?.customer;
      if (customer === undefined) continue;
      const other = refOf.get(customer);
      if (other !== undefined) problems.push(`${call} has two messages of ${customer}: ${other} and ${ref}`);
      refOf.set(customer, ref);
    }
    return problems;
  }

  function lateAt(name: string): readonly string[] {
    const newest = new Map<string, { readonly place: number; readonly ref: string }>();
    const seen = new Set<string>();
    const late: string[] = [];
    const accepted = batched.filter(({ destination, answer }) => destination === name && answer === 'accepted');
    for (const ref of accepted.flatMap(({ refs }) => refs)) {
      const sentAs = places.get(ref);
      if (sentAs === undefined || seen.has(ref)) continue;
      seen.add(ref);
      const { customer, place } = sentAs;
      const last = newest.get(customer);
      if (last === undefined || place > last.place) newest.set(customer, { place, ref });
      else late.push(`${ref} of ${customer} arrived at ${name} after ${last.ref}`);
    }
    return late;
  }
}
