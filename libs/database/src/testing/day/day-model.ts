import {
  CAPS,
  DAY_ENDS_AT,
  DAY_STARTS_AT,
  DESTINATIONS,
  endKey,
  statusUpdateOf,
  SUBSCRIPTIONS,
  MAX_ATTEMPTS,
  VENDOR_AWAY_MS,
  vendorAnswer,
  type DayPlan,
  type DayResult,
  type LaterStatusUpdate,
  type PlannedBrand,
  type PlannedCustomer,
  type PlannedEvent,
  type ObservedCall,
  type ObservedEnd,
} from './day-plan.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

type Subscription = (typeof SUBSCRIPTIONS)[number];
type Rules = NonNullable<Subscription['messaging']>;

interface Message {
  readonly event: PlannedEvent;
  readonly subscription: Subscription;
  readonly rules: Rules;
  readonly step: number;
  readonly destination: string;
  due: number;
  attempts: number;
  /** True if the message was checked and waits behind another message of its digest. */
  behind: boolean;
  members: readonly PlannedEvent[] | null;
  answerLost: boolean;
  sentAt: number | null;
  calledNext: boolean;
  state: string;
  reason: string | null;
  mergedInto: string | null;
}

/**
 * Computes the result of a day as decision 0026 defines it. The model is written from the text of decision 0026, and
 * shares no code with the engine. The model is a single loop over the steps of the clock, in memory, and ignores speed
 * and crashes.
 */
export function expectedDay(plan: DayPlan): DayResult {
  const results = plan.brands.map((brand) => new BrandModel(plan, brand).run());
  return {
    calls: results.flatMap(({ calls }) => calls),
    ends: new Map(results.flatMap(({ ends }) => [...ends])),
    deferred: results.reduce((sum, { deferred }) => sum + deferred, 0),
  };
}

class BrandModel {
  private readonly events: readonly PlannedEvent[];
  private readonly customers: ReadonlyMap<string, PlannedCustomer>;
  private readonly received = new Map<string, PlannedEvent[]>();
  private readonly waiting = new Map<string, Set<Message>>(DESTINATIONS.map(({ name }) => [name, new Set()]));
  private readonly slots = new Map<string, { message: Message; at: number }[]>();
  private readonly calls: ObservedCall[] = [];
  private readonly ends = new Map<string, ObservedEnd>();
  private updates: { at: number; order: number; message: Message; update: LaterStatusUpdate }[] = [];
  private deferred = 0;
  private now = 0;

  constructor(
    private readonly plan: DayPlan,
    private readonly brand: PlannedBrand,
  ) {
    this.events = plan.events.filter((event) => event.brand === brand.name);
    this.customers = new Map(brand.customers.map((customer) => [customer.id, customer]));
  }

  run(): DayResult {
    let next = 0;
    for (this.now = DAY_STARTS_AT; this.now <= DAY_ENDS_AT; this.now += this.plan.stepMs) {
      for (; next < this.events.length; next += 1) {
        const event = this.events[next];
        if (event === undefined || event.receivedAt > this.now) break;
        this.receive(event);
      }
      this.receiveCallbacks();
      for (;;) {
        const busy = DESTINATIONS.filter(({ name }) => this.dueAt(name).length > 0);
        if (busy.length === 0) break;
        for (const { name } of busy) {
          for (let message = this.nextAt(name); message !== undefined; message = this.nextAt(name))
            this.handle(message);
        }
      }
    }
    for (const messages of this.waiting.values()) for (const message of messages) this.note(message);
    return { calls: this.calls, ends: this.ends, deferred: this.deferred };
  }

  private receive(event: PlannedEvent): void {
    this.received.set(event.customer, [...(this.received.get(event.customer) ?? []), event]);
    const subscription = SUBSCRIPTIONS.find(({ events }) => events.includes(event.type));
    if (subscription === undefined) return;
    const rules: Rules = subscription.messaging ?? { purpose: 'promotional', fallback: [] };
    const sendAt = event.receivedAt + (rules.sendAfterMs ?? 0);
    const due = rules.digestMs === undefined ? sendAt : Math.max(sendAt, event.receivedAt + rules.digestMs);
    this.wait({ event, subscription, rules, step: 0, destination: subscription.destination, due, members: null });
  }

  private wait(
    fields: Pick<Message, 'event' | 'subscription' | 'rules' | 'step' | 'destination' | 'due' | 'members'>,
  ): void {
    const message: Message = {
      ...fields,
      ...{ attempts: 0, behind: false, answerLost: false, sentAt: null, calledNext: false },
      ...{ state: 'scheduled', reason: null, mergedInto: null },
    };
    this.waiting.get(message.destination)?.add(message);
  }

  private dueAt(destination: string): Message[] {
    const due = [...(this.waiting.get(destination) ?? [])].filter((one) => !one.behind && one.due <= this.now);
    return due.sort((a, b) => a.due - b.due || a.event.receivedAt - b.event.receivedAt);
  }

  /**
   * Returns the first due message that may be handled. A due message that follows another message of its digest is not
   * returned, but marked as `behind`.
   */
  private nextAt(destination: string): Message | undefined {
    for (const message of this.dueAt(destination)) {
      if (this.sameDigest(message).every((other) => other.event.receivedAt > message.event.receivedAt)) return message;
      message.behind = true;
    }
    return undefined;
  }

  private sameDigest(message: Message): Message[] {
    if (message.step > 0 || message.rules.digestMs === undefined) return [];
    return [...(this.waiting.get(message.destination) ?? [])].filter(
      (other) =>
        other !== message &&
        other.step === 0 &&
        other.subscription === message.subscription &&
        other.event.customer === message.event.customer,
    );
  }

  private handle(message: Message): void {
    const { rules, event } = message;
    const createdAt = Math.max(event.receivedAt, ...(message.members ?? []).map(({ receivedAt }) => receivedAt));
    if (rules.expireAfterMs !== undefined && this.now - createdAt > rules.expireAfterMs) {
      return this.end(message, 'suppressed', 'expired');
    }
    const cancelReason = (message.members ?? []).length > 0 ? null : this.cancelReasonFor(message);
    if (cancelReason !== null) return this.end(message, 'cancelled', cancelReason);
    const customer = this.customers.get(event.customer);
    if (customer === undefined) throw new Error('an unknown customer');
    if (rules.quietHours !== undefined) {
      const until = quietEnd(zoneOf(customer, this.brand), rules.quietHours, this.now);
      if (until !== null) {
        this.deferred += 1;
        message.due = until;
        return;
      }
    }
    if (message.members === null && message.step === 0 && rules.digestMs !== undefined) this.closeDigest(message);
    const category = DESTINATIONS.find(({ name }) => name === message.destination)?.category ?? 'sms';
    if (category === 'sms' && !customer.hasPhone) {
      this.end(message, 'suppressed', 'no recipient');
      return this.callNext(message, 'noRecipient');
    }
    if (rules.purpose === 'promotional') {
      if (category === 'sms' && !customer.agreesToSms) return this.end(message, 'suppressed', 'consent');
      const over = this.takeSlot(message, category);
      if (over !== null) return this.end(message, 'suppressed', over);
    }
    this.send(message);
  }

  private cancelReasonFor({ event, rules }: Pick<Message, 'event' | 'rules'>): string | null {
    const { cancelOn } = rules;
    if (cancelOn === undefined) return null;
    const about = (one: PlannedEvent): readonly string[] =>
      cancelOn.reference === undefined ? one.refs : one.tipId === null ? [] : [one.tipId];
    const cancelling = (this.received.get(event.customer) ?? []).find(
      (other) =>
        cancelOn.events.includes(other.type) &&
        other.occurredAt >= event.occurredAt &&
        other.receivedAt >= event.receivedAt - DAY &&
        about(other).some((reference) => about(event).includes(reference)),
    );
    return cancelling === undefined ? null : `cancelled by ${cancelling.type} ${cancelling.key}`;
  }

  private closeDigest(message: Message): void {
    const members: PlannedEvent[] = [];
    const others = this.sameDigest(message).filter(
      ({ attempts, members: closed }) => attempts === 0 && closed === null,
    );
    for (const other of others.sort((a, b) => a.event.receivedAt - b.event.receivedAt)) {
      const { expireAfterMs } = message.rules;
      const cancelReason = this.cancelReasonFor(other);
      if (expireAfterMs !== undefined && this.now - other.event.receivedAt > expireAfterMs) {
        this.leave(other, 'suppressed', 'expired');
      } else if (cancelReason !== null) {
        this.leave(other, 'cancelled', cancelReason);
      } else {
        members.push(other.event);
        other.mergedInto = message.event.key;
        this.leave(other, 'merged', null);
      }
    }
    message.members = members;
  }

  private takeSlot(message: Message, category: 'sms' | 'email' | 'push'): string | null {
    const cap = CAPS[category];
    if (cap === undefined) return null;
    const key = `${message.event.customer} ${category}`;
    const slots = this.slots.get(key) ?? [];
    const others = slots.filter(
      ({ message: other, at }) =>
        other !== message &&
        at > this.now - cap.perMs &&
        !other.calledNext &&
        !['dead', 'suppressed', 'cancelled'].includes(other.state),
    );
    if (others.length >= cap.max) {
      const period = `${cap.perMs / 3_600_000}h`;
      return `cap: ${cap.max} ${category} per ${period === '24h' ? '1d' : period}, this would be number ${others.length + 1}`;
    }
    this.slots.set(key, [...slots.filter((slot) => slot.message !== message), { message, at: this.now }]);
    return null;
  }

  private send(message: Message): void {
    const { event, destination, subscription } = message;
    message.attempts += 1;
    const answer = vendorAnswer(this.plan.seed, event.key, destination, message.attempts);
    const happened = [event, ...(message.members ?? [])].sort((a, b) => a.occurredAt - b.occurredAt);
    const members = happened.map(({ key }) => key);
    this.calls.push({
      ...{ at: this.now, destination, subscription: subscription.name, event: event.key },
      ...{ members, attempt: message.attempts, answer },
    });
    if (answer === 'transient' && message.attempts < MAX_ATTEMPTS) {
      message.due = this.now + VENDOR_AWAY_MS;
      return;
    }
    if (answer === 'accepted' || answer === 'unconfirmed') {
      message.sentAt = this.now;
      const update = statusUpdateOf(this.plan.seed, event.key, destination);
      if (update !== null)
        this.updates.push({ at: this.now + update.afterMs, order: this.updates.length, message, update });
      return this.end(message, answer === 'accepted' ? 'succeeded' : 'unconfirmed', null);
    }
    this.end(message, 'dead', answer === 'transient' ? 'retries exhausted' : 'rejected');
    this.callNext(message, answer);
  }

  private receiveCallbacks(): void {
    const heard = this.updates.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at || a.order - b.order);
    this.updates = this.updates.filter(({ at }) => at > this.now);
    for (const { message, update } of heard) {
      if (message.state === 'unconfirmed') message.state = 'succeeded';
      this.note(message);
      const next = message.rules.fallback[message.step];
      if (next !== undefined && this.now - (message.sentAt ?? 0) <= next.afterMs) this.callNext(message, update.status);
    }
  }

  private callNext(message: Message, trigger: string): void {
    const next = message.rules.fallback[message.step];
    if (next === undefined || message.calledNext || !next.on.some((known) => known === trigger)) return;
    message.calledNext = true;
    const { event, subscription, rules, members } = message;
    this.wait({
      ...{ event, subscription, rules, members, step: message.step + 1, destination: next.destination, due: this.now },
    });
  }

  /**
   * Ends a message, and releases the next message of its digest. The next message becomes due at its time of receipt.
   */
  private end(message: Message, state: string, reason: string | null): void {
    const [next] = this.sameDigest(message).sort((a, b) => a.event.receivedAt - b.event.receivedAt);
    this.leave(message, state, reason);
    if (next?.behind !== true) return;
    next.behind = false;
    next.due = next.event.receivedAt;
  }

  private leave(message: Message, state: string, reason: string | null): void {
    this.waiting.get(message.destination)?.delete(message);
    message.state = state;
    message.reason = reason;
    this.note(message);
  }

  private note({ event, subscription, step, state, reason, mergedInto }: Message): void {
    this.ends.set(endKey(event.key, subscription.name, step), { state, reason, mergedInto });
  }
}

function zoneOf({ zone }: PlannedCustomer, brand: PlannedBrand): string {
  return zone === null || zone === 'Mars/Base' ? brand.zone : zone;
}

const SCAN_FROM = DAY_STARTS_AT - 2 * DAY;
const SCAN_TO = DAY_ENDS_AT + 2 * DAY;
const clocks = new Map<string, readonly string[]>();
const spans = new Map<string, readonly (readonly [number, number])[]>();

/** Lists the local times that clocks in a zone show at every minute around the day. */
function clockOf(zone: string): readonly string[] {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const shown: string[] = [];
  for (let minute = SCAN_FROM; minute < SCAN_TO; minute += MINUTE) shown.push(format.format(minute));
  clocks.set(zone, shown);
  return shown;
}

/**
 * Returns the end of the quiet hours at `now`; null if `now` is outside quiet hours. Quiet hours start with the first
 * minute at which clocks show the start time or later. Quiet hours end with the first minute at which clocks show the
 * end time or later.
 */
function quietEnd(zone: string, { from, to }: { from: string; to: string }, now: number): number | null {
  const key = `${zone} ${from} ${to}`;
  let known = spans.get(key);
  if (known === undefined) {
    const clock = clockOf(zone);
    const days = [...new Set(clock.map((shown) => shown.slice(0, 10)))];
    known = days.slice(1, -1).map((day, index) => {
      const endDay = to > from ? day : (days[index + 2] ?? '');
      const first = (moment: string): number => SCAN_FROM + clock.findIndex((shown) => shown >= moment) * MINUTE;
      return [first(`${day} ${from}`), first(`${endDay} ${to}`)] as const;
    });
    spans.set(key, known);
  }
  return known.find(([start, end]) => start <= now && now < end)?.[1] ?? null;
}
