import type { Acknowledgement } from './acknowledgements.js';
import { REPLAYED_TO } from './brand.js';
import { byDelivery } from './by-delivery.js';
import { compareRecords, type Replay, type StoredDelivery, type Verdict } from './ledger.js';
import type { TestBed } from './test-bed.js';

/** Records of the receiver and the database, and of the suite's own changes. */
export type RecordsOfRun = Pick<TestBed, 'database' | 'sink' | 'leasesEnded' | 'replayed'>;

/** Compares the acknowledged events of a sender with the records of the receiver and of the database. */
export async function verdictOf(
  { database, sink, leasesEnded, replayed }: RecordsOfRun,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
): Promise<{ readonly verdict: Verdict; readonly deliveries: readonly StoredDelivery[] }> {
  const eventIds = [...acknowledged.values()].flatMap((event) => [...event.eventIds]);
  const ours = new Set(eventIds);
  const deliveries = await database.deliveriesOf(eventIds);
  const verdict = compareRecords({
    acknowledged,
    accepted: byDelivery(
      [...sink.accepted].filter(([, { eventId }]) => ours.has(eventId)),
      deliveries,
    ),
    storedEvents: await database.storedAmong(eventIds),
    deliveries,
    replays: await replaysOf(database, replayed),
    leasesEnded,
  });
  return { verdict, deliveries };
}

async function replaysOf(
  database: RecordsOfRun['database'],
  replayed: RecordsOfRun['replayed'],
): Promise<readonly Replay[]> {
  return (await database.replays()).map(({ id, state }) => ({
    ...{ id, state, destination: REPLAYED_TO, eventIds: replayed.get(id) ?? new Set<string>() },
  }));
}
