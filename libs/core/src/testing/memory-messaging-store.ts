import type { ClaimedEvent } from '../delivery/delivery.js';
import type {
  TriggeredStep,
  CapSlot,
  MessagingStore,
  DigestMember,
  DigestMemberEnd,
  HeldDelivery,
  NextStep,
  CancellingEventQuery,
  CountedQuota,
  CountedSlots,
  QuotaPlace,
} from '../messaging/messaging-store.port.js';

/** Messaging store in memory. A test sets the stored rows and reads what was written. */
export class MemoryMessagingStore implements MessagingStore {
  /** Deliveries that wait for a digest, returned for every digest. */
  waiting: readonly DigestMember[] = [];
  readonly stored = new Map<string, ClaimedEvent>();
  readonly triggered = new Map<string, TriggeredStep>();
  readonly created: NextStep[] = [];
  readonly ended: DigestMemberEnd[] = [];
  readonly slots = new Map<string, Map<string, number>>();
  /** Ids of the deliveries that count against a quota, by destination and start of the period. */
  readonly quotas = new Map<string, Set<string>>();
  leaseLost = false;

  takeSlot({ key, delivery, max, perMs, now }: CapSlot): Promise<number | null> {
    const slots = this.slots.get(key) ?? new Map<string, number>();
    this.slots.set(key, slots);
    const others = [...slots].filter(([id, at]) => id !== delivery.id && at > now - perMs).length;
    if (others >= max) return Promise.resolve(others);
    slots.set(delivery.id, now);
    return Promise.resolve(null);
  }

  countSlots({ key, perMs, now }: CountedSlots): Promise<number> {
    return Promise.resolve([...(this.slots.get(key)?.values() ?? [])].filter((at) => at > now - perMs).length);
  }

  takeQuota({ destinationId, deliveryId, start, max }: QuotaPlace): Promise<boolean> {
    const key = `${destinationId}/${start}`;
    const places = this.quotas.get(key) ?? new Set<string>();
    if (!places.has(deliveryId) && places.size >= max) return Promise.resolve(false);
    this.quotas.set(key, places.add(deliveryId));
    return Promise.resolve(true);
  }

  quotaUsed({ destinationId, start }: CountedQuota): Promise<number> {
    return Promise.resolve(this.quotas.get(`${destinationId}/${start}`)?.size ?? 0);
  }

  digestMembers(_digest: HeldDelivery, limit: number): Promise<readonly DigestMember[]> {
    return Promise.resolve(this.waiting.slice(0, limit));
  }

  closeDigest(_digest: HeldDelivery, ends: readonly DigestMemberEnd[]): Promise<readonly string[] | null> {
    if (this.leaseLost) return Promise.resolve(null);
    this.ended.push(...ends);
    const merged = new Set(ends.filter(({ state }) => state === 'merged').map(({ id }) => id));
    const events = this.waiting.filter(({ id }) => merged.has(id)).map(({ event }) => event);
    for (const event of events) this.stored.set(event.id, event);
    return Promise.resolve(events.map(({ id }) => id));
  }

  events(ids: readonly string[]): Promise<readonly ClaimedEvent[]> {
    return Promise.resolve(ids.map((id) => this.stored.get(id)).filter((event) => event !== undefined));
  }

  findCancellingEvent(
    { types, occurredFrom, receivedFrom, customerIds }: CancellingEventQuery,
    isCancelling: (event: ClaimedEvent) => boolean,
  ): Promise<ClaimedEvent | null> {
    const cancelling = [...this.stored.values()].find(
      (event) =>
        customerIds.some((id) => id === event.customerKey || id === event.customerId) &&
        types.includes(event.type) &&
        event.occurredAt >= occurredFrom &&
        event.receivedAt >= receivedFrom &&
        isCancelling(event),
    );
    return Promise.resolve(cancelling ?? null);
  }

  triggeredSteps(limit: number, except: readonly string[] = []): Promise<readonly TriggeredStep[]> {
    return Promise.resolve([...this.triggered.values()].filter(({ id }) => !except.includes(id)).slice(0, limit));
  }

  createSteps(steps: readonly NextStep[]): Promise<void> {
    for (const step of steps) if (this.triggered.delete(step.triggered.id)) this.created.push(step);
    return Promise.resolve();
  }
}
