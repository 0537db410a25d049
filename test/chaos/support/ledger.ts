import type { Acknowledgement } from './acknowledgements.js';
import { DESTINATIONS, holds } from './brand.js';
import type { Taken } from './sink.js';

/** A delivery as the database has it. */
export interface StoredDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly destination: string;
  readonly state: string;
  readonly reason: string | null;
  /** Its attempts, as the hub wrote them down. */
  readonly attempts: readonly StoredAttempt[];
  /** The replay that made it; null: it came with its event. */
  readonly replay: string | null;
}

/** A replay that the suite asked for. */
export interface Replay {
  readonly id: string;
  readonly state: string;
  readonly destination: string;
  /** Stored before it was asked for, and picked by it: each of them it has to make once. */
  readonly eventIds: ReadonlySet<string>;
}

/** An attempt as the hub wrote it down. */
export interface StoredAttempt {
  /** In milliseconds since the epoch, by the worker's clock. */
  readonly at: number;
  readonly outcome: string;
  readonly message: string | null;
}

/** The three accounts that have to agree. */
export interface Accounts {
  /** What the sender was told, by its own event ids. */
  readonly acknowledged: ReadonlyMap<string, Acknowledgement>;
  /** What the receiver took of these events, by delivery id. */
  readonly taken: ReadonlyMap<string, Taken>;
  /** What the database says. */
  readonly storedEvents: ReadonlySet<string>;
  readonly deliveries: readonly StoredDelivery[];
  readonly replays: readonly Replay[];
  /** How often each delivery's lease was ended by the suite: then, and only then, somebody else may send it as well. */
  readonly leasesEnded: ReadonlyMap<string, number>;
}

/** What the accounts come to. */
export interface Verdict {
  readonly acknowledged: number;
  readonly delivered: number;
  readonly dead: number;
  /** Unconfirmed, and held for a person. */
  readonly held: number;
  /** Sendings beyond the first, to the destination that retries what is unconfirmed. */
  readonly sentTwice: number;
  /** The most that `sentTwice` may be: what was in flight when its lease ended or its outcome was lost. */
  readonly mayBeSentTwice: number;
  /** What was lost, each in words. */
  readonly lost: readonly string[];
  /** What was sent twice without a reason, each in words. */
  readonly wrong: readonly string[];
}

/** Compares the three accounts. Pure. */
export function judge(accounts: Accounts): Verdict {
  const byEvent = groupByEvent(accounts.deliveries);
  const lost: string[] = [];
  const wrong: string[] = [];
  for (const [id, { eventIds, refused }] of accounts.acknowledged) {
    const [eventId] = eventIds;
    if (eventIds.size !== 1) wrong.push(`event ${id} was acknowledged as ${[...eventIds].join(' and ')}`);
    if (eventId === undefined || !accounts.storedEvents.has(eventId)) lost.push(`event ${id}: it is not stored`);
    else {
      const deliveries = byEvent.get(eventId) ?? [];
      const made = (destination: string, replay: Replay | null): readonly string[] =>
        lossesOf({ id, refused, destination, replay }, deliveries, accounts.taken);
      lost.push(...DESTINATIONS.flatMap((destination) => made(destination, null)));
      const its = accounts.replays.filter(({ eventIds: picked }) => picked.has(eventId));
      lost.push(...its.flatMap((replay) => made(replay.destination, replay)));
    }
  }
  lost.push(...accounts.replays.flatMap(({ id, state }) => (state === 'done' ? [] : [`replay ${id} is ${state}`])));
  const known = new Set(accounts.deliveries.map(({ id }) => id));
  for (const [id, { eventId }] of accounts.taken) {
    if (!known.has(id)) wrong.push(`delivery ${id} of event ${eventId} was sent, and is not stored`);
  }
  const repeats = accounts.deliveries.map((delivery) => repeatOf(delivery, accounts));
  wrong.push(...repeats.flatMap(({ wrong: words }) => words));
  const count = (state: string): number => accounts.deliveries.filter((delivery) => delivery.state === state).length;
  return {
    acknowledged: accounts.acknowledged.size,
    delivered: count('succeeded'),
    dead: count('dead'),
    held: count('unconfirmed'),
    sentTwice: sum(repeats.map(({ times }) => times)),
    mayBeSentTwice: sum(repeats.map(({ allowed }) => allowed)),
    lost,
    wrong,
  };
}

/** One delivery that there has to be. */
interface Wanted {
  /** The sender's name of the event. */
  readonly id: string;
  readonly refused: boolean;
  readonly destination: string;
  readonly replay: Replay | null;
}

function lossesOf(
  { id, refused, destination, replay }: Wanted,
  deliveries: readonly StoredDelivery[],
  taken: Accounts['taken'],
): readonly string[] {
  const [delivery, ...more] = deliveries.filter(
    (one) => one.destination === destination && one.replay === (replay?.id ?? null),
  );
  const by = replay === null ? '' : ` by replay ${replay.id}`;
  const lost = (words: string): string[] => [`event ${id} to ${destination}${by}: ${words}`];
  if (delivery === undefined) return lost('it has no delivery');
  if (more.length > 0) return lost(`it has ${more.length + 1} deliveries`);
  switch (delivery.state) {
    case 'succeeded':
      if (refused) return lost(`delivery ${delivery.id} succeeded, and the receiver refused it`);
      return taken.has(delivery.id) ? [] : lost(`delivery ${delivery.id} succeeded, and the receiver never saw it`);
    case 'dead':
      return refused ? [] : lost(`delivery ${delivery.id} is dead (${delivery.reason}), and nobody refused it`);
    case 'unconfirmed':
      return holds(destination) ? [] : lost(`delivery ${delivery.id} is held where it should be sent again`);
    default:
      return lost(`delivery ${delivery.id} is ${delivery.state} (${delivery.reason}) in the end`);
  }
}

interface Repeat {
  readonly times: number;
  readonly allowed: number;
  readonly wrong: readonly string[];
}

function repeatOf(delivery: StoredDelivery, { taken, leasesEnded }: Accounts): Repeat {
  const at = taken.get(delivery.id)?.at ?? [];
  const times = Math.max(0, at.length - 1);
  // The hub itself wrote down that it does not know what came of these.
  const unconfirmed = delivery.attempts.filter(({ outcome }) => outcome === 'unconfirmed').length;
  const allowed = holds(delivery.destination) ? 0 : unconfirmed + (leasesEnded.get(delivery.id) ?? 0);
  const words =
    `delivery ${delivery.id} to ${delivery.destination} (${delivery.state}) was sent at ${at.map(clockTime).join(', ')}; ` +
    `${allowed + 1} times may be. Its attempts: ${delivery.attempts.map(attemptInWords).join('; ')}`;
  return { times, allowed, wrong: times > allowed ? [words] : [] };
}

function attemptInWords({ at, outcome, message }: StoredAttempt): string {
  return `${clockTime(at)} ${outcome}${message === null ? '' : ` (${message})`}`;
}

/** `10:02:03.456` */
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
