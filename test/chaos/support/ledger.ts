import type { Acknowledgement } from './acknowledgements.js';
import { BATCHED, DESTINATIONS, holds, mayHold } from './brand.js';
import type { AcceptedMessages } from './sink.js';

/** Delivery as the database stores it. */
export interface StoredDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly destination: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: readonly StoredAttempt[];
  /** Id of the replay that created the delivery. Null if the delivery was created with its event. */
  readonly replay: string | null;
}

/** Replay that the suite requested. */
export interface Replay {
  readonly id: string;
  readonly state: string;
  readonly destination: string;
  /**
   * Events for which the replay must create exactly one delivery each. These events were stored before the replay was
   * requested.
   */
  readonly eventIds: ReadonlySet<string>;
}

/** Attempt as the database stores it. */
export interface StoredAttempt {
  /** Time of the attempt in milliseconds since the epoch, by the worker's clock. */
  readonly at: number;
  readonly outcome: string;
  readonly message: string | null;
  /** True if the process that stored the event sent the message from memory. */
  readonly direct: boolean;
}

/** Records of the sender, the receiver and the database. The three records must agree. */
export interface Records {
  /** Acknowledgements that the sender got, by the sender's event ids. */
  readonly acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** Messages that the receiver accepted for the acknowledged events, by delivery id. */
  readonly accepted: ReadonlyMap<string, AcceptedMessages>;
  /** Ids of the acknowledged events that are in the database. */
  readonly storedEvents: ReadonlySet<string>;
  readonly deliveries: readonly StoredDelivery[];
  readonly replays: readonly Replay[];
  /**
   * Number of times that the suite ended the lease of each delivery. A second worker may send a delivery only if the
   * suite ended its lease.
   */
  readonly leasesEnded: ReadonlyMap<string, number>;
}

/** Result of the comparison of the sender's, the receiver's and the database's records. */
export interface Verdict {
  readonly acknowledged: number;
  readonly delivered: number;
  /** Number of deliveries with an attempt from memory. */
  readonly fromMemory: number;
  readonly dead: number;
  /** Number of unconfirmed deliveries that wait for a person. */
  readonly held: number;
  /** Number of accepted messages, without the first message of each delivery. */
  readonly sentTwice: number;
  /**
   * Upper bound of `sentTwice`: the number of ended leases, plus the number of unconfirmed attempts at destinations
   * that retry unconfirmed deliveries.
   */
  readonly mayBeSentTwice: number;
  /** Descriptions of lost events and deliveries. */
  readonly lost: readonly string[];
  /** Descriptions of unexplained duplicates, and of messages without a stored delivery. */
  readonly wrong: readonly string[];
}

/** Compares the records of the sender, the receiver and the database. Pure function. */
export function compareRecords(records: Records): Verdict {
  const byEvent = groupByEvent(records.deliveries);
  const lost: string[] = [];
  const wrong: string[] = [];
  for (const [id, { eventIds, refused }] of records.acknowledged) {
    const [eventId] = eventIds;
    if (eventIds.size !== 1) wrong.push(`event ${id} was acknowledged as ${[...eventIds].join(' and ')}`);
    if (eventId === undefined || !records.storedEvents.has(eventId)) lost.push(`event ${id}: it is not stored`);
    else {
      const deliveries = byEvent.get(eventId) ?? [];
      const made = (destination: string, replay: Replay | null): readonly string[] =>
        lossesOf({ id, refused, destination, replay }, deliveries, records.accepted);
      lost.push(...DESTINATIONS.flatMap((destination) => made(destination, null)));
      const its = records.replays.filter(({ eventIds: picked }) => picked.has(eventId));
      lost.push(...its.flatMap((replay) => made(replay.destination, replay)));
    }
  }
  lost.push(...records.replays.flatMap(({ id, state }) => (state === 'done' ? [] : [`replay ${id} is ${state}`])));
  const known = new Set(records.deliveries.map(({ id }) => id));
  for (const [id, { eventId }] of records.accepted) {
    if (!known.has(id)) wrong.push(`delivery ${id} of event ${eventId} was sent, but is not stored`);
  }
  const repeats = records.deliveries.map((delivery) => repeatOf(delivery, records));
  wrong.push(...repeats.flatMap(({ wrong: words }) => words));
  const count = (state: string): number => records.deliveries.filter((delivery) => delivery.state === state).length;
  return {
    acknowledged: records.acknowledged.size,
    delivered: count('succeeded'),
    fromMemory: records.deliveries.filter(({ attempts }) => attempts.some(({ direct }) => direct)).length,
    dead: count('dead'),
    held: count('unconfirmed'),
    sentTwice: sum(repeats.map(({ times }) => times)),
    mayBeSentTwice: sum(repeats.map(({ allowed }) => allowed)),
    lost,
    wrong,
  };
}

/** Delivery that must exist, because its event was acknowledged or replayed. */
interface Wanted {
  /** Id that the sender gave the event. */
  readonly id: string;
  readonly refused: boolean;
  readonly destination: string;
  readonly replay: Replay | null;
}

function lossesOf(
  { id, refused, destination, replay }: Wanted,
  deliveries: readonly StoredDelivery[],
  accepted: Records['accepted'],
): readonly string[] {
  const [delivery, ...more] = deliveries.filter(
    (one) => one.destination === destination && one.replay === (replay?.id ?? null),
  );
  const by = replay === null ? '' : ` by replay ${replay.id}`;
  const lost = (words: string): string[] => [`event ${id} to ${destination}${by}: ${words}`];
  const isRefused = refused && destination !== BATCHED;
  if (delivery === undefined) return lost('it has no delivery');
  if (more.length > 0) return lost(`it has ${more.length + 1} deliveries`);
  switch (delivery.state) {
    case 'succeeded':
      if (isRefused) return lost(`delivery ${delivery.id} succeeded, but the receiver refused it`);
      return accepted.has(delivery.id) ? [] : lost(`delivery ${delivery.id} succeeded, but the receiver never got it`);
    case 'dead':
      return isRefused
        ? []
        : lost(`delivery ${delivery.id} is dead (${delivery.reason}), but the receiver did not refuse it`);
    case 'unconfirmed':
      return mayHold(destination) ? [] : lost(`delivery ${delivery.id} is held, but the destination retries`);
    default:
      return lost(`delivery ${delivery.id} is ${delivery.state} (${delivery.reason}) at the end of the round`);
  }
}

interface Repeat {
  readonly times: number;
  readonly allowed: number;
  readonly wrong: readonly string[];
}

function repeatOf(delivery: StoredDelivery, { accepted, leasesEnded }: Records): Repeat {
  const at = accepted.get(delivery.id)?.at ?? [];
  const times = Math.max(0, at.length - 1);
  // Attempts whose result is unknown, as the hub recorded.
  const unconfirmed = delivery.attempts.filter(({ outcome }) => outcome === 'unconfirmed').length;
  const allowed = holds(delivery.destination) ? 0 : unconfirmed + (leasesEnded.get(delivery.id) ?? 0);
  const words =
    `delivery ${delivery.id} to ${delivery.destination} (${delivery.state}) was sent at ${at.map(clockTime).join(', ')}; ` +
    `at most ${allowed + 1} times are allowed. Attempts: ${delivery.attempts.map(attemptInWords).join('; ')}`;
  return { times, allowed, wrong: times > allowed ? [words] : [] };
}

function attemptInWords({ at, outcome, message, direct }: StoredAttempt): string {
  const from = direct ? ' from memory' : '';
  return `${clockTime(at)} ${outcome}${from}${message === null ? '' : ` (${message})`}`;
}

/** Formats a time in UTC as `10:02:03.456`. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function groupByEvent(deliveries: readonly StoredDelivery[]): ReadonlyMap<string, StoredDelivery[]> {
  const groups = new Map<string, StoredDelivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.eventId);
    if (group === undefined) groups.set(delivery.eventId, [delivery]);
    else group.push(delivery);
  }
  return groups;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
