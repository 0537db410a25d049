import type { MessageCaps, SubscriptionSpec } from '@patchbay/core';
import { seededRandom } from '../seeded-random.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Start of the simulated day. New York sets its clocks forward 13 hours later, at 07:00 UTC. */
export const DAY_STARTS_AT = Date.parse('2026-03-07T18:00:00Z');
const DAY_MS = 24 * HOUR_MS;
/** End of the simulation. All deferred, retried and late-confirmed deliveries end before this time. */
export const DAY_ENDS_AT = DAY_STARTS_AT + 2 * DAY_MS;

/** Destinations of each brand, in the order in which a worker processes them. */
export const DESTINATIONS = [
  { name: 'sms', category: 'sms' },
  { name: 'sms2', category: 'sms' },
  { name: 'email', category: 'email' },
  { name: 'push', category: 'push' },
] as const;

export const CAPS: MessageCaps = {
  sms: { max: 3, perMs: DAY_MS },
  push: { max: 1, perMs: 6 * HOUR_MS },
  email: { max: 2, perMs: 12 * HOUR_MS },
};

const common = { source: 'in', mapping: {} } as const;

/**
 * Subscriptions of the simulated day. Each event type has one subscription, so that a customer never has two messages
 * at the same moment.
 */
export const SUBSCRIPTIONS: readonly (SubscriptionSpec & { readonly destination: string })[] = [
  {
    ...{ ...common, name: 'points', events: ['pointsIssued'], destination: 'sms' },
    messaging: {
      purpose: 'promotional',
      quietHours: { from: '21:00', to: '09:00' },
      digestMs: 10 * MINUTE_MS,
      expireAfterMs: 13 * HOUR_MS,
      cancelOn: { events: ['pointsReversed', 'billReturned'] },
      fallback: [
        { destination: 'email', on: ['rejected', 'transient', 'noRecipient', 'undelivered'], afterMs: HOUR_MS },
        { destination: 'push', on: ['rejected', 'failed'], afterMs: HOUR_MS },
      ],
    },
  },
  {
    ...{ ...common, name: 'offers', events: ['offer'], destination: 'sms' },
    messaging: {
      purpose: 'promotional',
      quietHours: { from: '22:30', to: '07:15' },
      expireAfterMs: 6 * HOUR_MS,
      fallback: [],
    },
  },
  {
    ...{ ...common, name: 'codes', events: ['code'], destination: 'sms' },
    messaging: {
      purpose: 'transactional',
      fallback: [{ destination: 'sms2', on: ['rejected', 'undelivered', 'transient'], afterMs: 5 * MINUTE_MS }],
    },
  },
  {
    ...{ ...common, name: 'tips', events: ['tip'], destination: 'push' },
    messaging: {
      purpose: 'promotional',
      // In New York, the clock change skips the end time 02:30.
      quietHours: { from: '23:30', to: '02:30' },
      sendAfterMs: 30 * MINUTE_MS,
      digestMs: HOUR_MS,
      cancelOn: { events: ['tipWithdrawn'], reference: 'data.tipId' },
      fallback: [{ destination: 'email', on: ['rejected', 'undelivered', 'bounced'], afterMs: 30 * MINUTE_MS }],
    },
  },
  {
    ...{ ...common, name: 'receipts', events: ['receipt'], destination: 'email' },
    messaging: { purpose: 'transactional', quietHours: { from: '00:00', to: '06:00' }, fallback: [] },
  },
  { ...common, name: 'news', events: ['news'], destination: 'email' },
];

/** Contact details and time zone of a customer. */
export interface PlannedCustomer {
  readonly id: string;
  /** Time zone. Null if the zone is unknown. The name may be an invalid zone. */
  readonly zone: string | null;
  readonly hasPhone: boolean;
  readonly agreesToSms: boolean;
}

/** Brand of the simulated day. */
export interface PlannedBrand {
  readonly name: string;
  readonly zone: string;
  readonly customers: readonly PlannedCustomer[];
}

/** Event of the simulated day. Times are in milliseconds since the epoch. */
export interface PlannedEvent {
  /** Unique key of the event. */
  readonly key: string;
  readonly brand: string;
  readonly customer: string;
  readonly type: string;
  readonly receivedAt: number;
  readonly occurredAt: number;
  readonly refs: readonly string[];
  readonly tipId: string | null;
}

/** Plan of a simulated day: its brands, customers and events. */
export interface DayPlan {
  readonly seed: number;
  /** Step of the simulated clock, in milliseconds. */
  readonly stepMs: number;
  readonly brands: readonly PlannedBrand[];
  /** Events in the order of their receipt. */
  readonly events: readonly PlannedEvent[];
}

const ZONES = ['America/New_York', 'Asia/Dubai', 'Asia/Kolkata', 'Europe/London', 'Mars/Base', null];
const BRAND_ZONES = ['America/New_York', 'Asia/Kolkata', 'Asia/Dubai', 'Europe/London', 'UTC', 'Asia/Kathmandu'];
const TYPES = [
  ...['pointsIssued', 'pointsIssued', 'pointsIssued', 'offer', 'code', 'tip', 'tip', 'receipt', 'news'],
  ...['pointsReversed', 'tipWithdrawn'],
];

/** Creates the plan of a simulated day from a seed. */
export function planDay(
  seed: number,
  { eventCount, customerCount, stepMs }: { eventCount: number; customerCount: number; stepMs: number },
): DayPlan {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[Math.floor(random() * from.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  // Plan several brands, because brands run in parallel but the messages of one brand run one after another.
  const brandCount = Math.max(BRAND_ZONES.length, Math.ceil(customerCount / 200));
  const brands = Array.from({ length: brandCount }, (_, index) => ({
    name: `brand-${index}`,
    zone: BRAND_ZONES[index % BRAND_ZONES.length] ?? 'UTC',
    customers: Array.from({ length: Math.ceil(customerCount / brandCount) }, (__, n) => ({
      id: `${index}-${n}`,
      zone: pick(ZONES),
      hasPhone: random() > 0.05,
      agreesToSms: random() > 0.05,
    })),
  }));
  const taken = new Set<string>();
  const events: PlannedEvent[] = [];
  while (events.length < eventCount) {
    const brand = pick(brands);
    const customer = pick(brand.customers).id;
    let at = DAY_STARTS_AT + Math.floor(random() * DAY_MS);
    // Events of a customer come in bursts: a purchase gives points and a receipt, and is sometimes cancelled.
    for (let burst = 1 + Math.floor(random() * 6); burst > 0 && events.length < eventCount; burst -= 1) {
      at += Math.floor(random() ** 3 * 40 * MINUTE_MS);
      if (taken.has(`${customer}/${at}`) || at >= DAY_STARTS_AT + DAY_MS) continue;
      taken.add(`${customer}/${at}`);
      events.push({
        ...{ key: `e${events.length}`, brand: brand.name, customer, type: pick(TYPES), receivedAt: at },
        occurredAt: at - Math.floor(random() * 2 * MINUTE_MS),
        refs: [`bill ${Math.floor(random() * 3)}`],
        tipId: random() < 0.8 ? `tip-${Math.floor(random() * 3)}` : null,
      });
    }
  }
  return {
    seed,
    stepMs,
    brands,
    events: events.sort((a, b) => a.receivedAt - b.receivedAt || (a.key < b.key ? -1 : 1)),
  };
}

/** Answer of the simulated vendor to an attempt. */
export type VendorAnswer = 'accepted' | 'rejected' | 'transient' | 'unconfirmed';

/** Time that an unavailable vendor asks the hub to wait, in milliseconds. */
export const VENDOR_AWAY_MS = 7 * MINUTE_MS;
/** Maximum number of attempts per message. */
export const MAX_ATTEMPTS = 3;

/** Returns the vendor's answer, which depends only on seed, event, destination and attempt. */
export function vendorAnswer(seed: number, event: string, destination: string, attempt: number): VendorAnswer {
  const chance = chanceOf(`${seed} ${event} ${destination} ${attempt}`);
  if (chance < 0.75) return 'accepted';
  if (chance < 0.84) return 'rejected';
  return chance < 0.95 ? 'transient' : 'unconfirmed';
}

/** Status update about a message that the vendor accepted, even if its answer was lost. */
export interface LaterStatusUpdate {
  readonly status: 'delivered' | 'undelivered' | 'bounced' | 'failed';
  readonly afterMs: number;
}

/** Returns the status update that the vendor sends about a message; null if the vendor sends no status update. */
export function statusUpdateOf(seed: number, event: string, destination: string): LaterStatusUpdate | null {
  const chance = chanceOf(`${seed} news ${event} ${destination}`);
  if (chance < 0.4) return null;
  const status = chance < 0.7 ? 'delivered' : chance < 0.85 ? 'undelivered' : chance < 0.93 ? 'bounced' : 'failed';
  return { status, afterMs: Math.floor(1 + 100 * chanceOf(`${seed} when ${event} ${destination}`)) * MINUTE_MS };
}

function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return seededRandom(hash)();
}

/** Call that the simulated vendor received. */
export interface ObservedCall {
  /** Time of the call, in milliseconds since the epoch. */
  readonly at: number;
  readonly destination: string;
  readonly subscription: string;
  /** Key of the delivery's event. */
  readonly event: string;
  /** Keys of all events that the message contains. */
  readonly members: readonly string[];
  readonly attempt: number;
  readonly answer: VendorAnswer;
}

/** End of a delivery, in a form that engine and model share. */
export interface ObservedEnd {
  readonly state: string;
  readonly reason: string | null;
  /** Key of the event whose digest contains the delivery. Null if the delivery was not merged into a digest. */
  readonly mergedInto: string | null;
}

/** Result of a simulated day. */
export interface DayResult {
  readonly calls: readonly ObservedCall[];
  /** Ends of all deliveries, by the key that {@link endKey} returns. */
  readonly ends: ReadonlyMap<string, ObservedEnd>;
  /** Number of times that a rule deferred a delivery. */
  readonly deferred: number;
}

/** Returns the key of a delivery in {@link DayResult.ends}. */
export function endKey(event: string, subscription: string, step: number): string {
  return `${event} ${subscription} step ${step}`;
}
