/** Event that may name a customer. */
interface CustomerEvent {
  readonly customerId: string | null;
}

/** Returns the newest event of each customer. The events come newest first; events without a customer are left out. */
export function lastByCustomer<E extends CustomerEvent>(events: readonly E[]): (E & { customerId: string })[] {
  const seen = new Map<string, E & { customerId: string }>();
  for (const event of events) {
    const { customerId } = event;
    if (customerId !== null && !seen.has(customerId)) seen.set(customerId, { ...event, customerId });
  }
  return [...seen.values()];
}
