import { multiplyEvents } from '@patchbay/testing/services';
import pg from 'pg';
import { Measurement } from '../measure.mjs';
import { figure } from '../report/table.mjs';
import { SYSTEMS } from '../systems/systems.mjs';
import { LEAST, ORIGINALS, STORED } from './points.mjs';

const DELIVERED_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

/**
 * Measures how the number of stored events affects the rate of the hub. Each entry of {@link STORED} has a new
 * database. In each database the hub first stores events itself. Then these events are copied and VACUUM runs, so that
 * the databases differ only in the number of copies.
 */
export async function storedRun(machine, { rounds, seconds, logLevel }, note) {
  for (const { label, events } of STORED) {
    await machine.with(SYSTEMS.hub, { scenario: LEAST, logLevel }, async (started) => {
      const { databaseUrl } = started;
      const measurement = (length) => new Measurement(machine, { scenario: LEAST, started, seconds: length });
      await measurement(ORIGINALS.seconds).atRate(ORIGINALS.perSecond);
      const before = await withClient(databaseUrl, (client) => prepare(client, events));
      for (let round = 0; round < rounds; round++) note(label, await measurement(seconds).atFullRate());
      const after = await withClient(databaseUrl, storedNow);
      console.log(
        `${label}: ${figure(before.events)} events before the first round, ${figure(after.events)} after the last.` +
          (events === null
            ? ''
            : ` An event with its delivery and attempt used ${figure(before.bytes / before.events)} bytes on disk, ` +
              'including indexes.'),
      );
    });
  }
}

/** Copies the events that the hub stored, and vacuums the database. Returns the number of stored events and bytes. */
async function prepare(client, events) {
  // The worker records an outcome only after the sink got the message. Copies of deliveries without an outcome would be
  // delivered during the rounds.
  await allDelivered(client);
  if (events !== null) {
    const originals = (await storedNow(client)).events;
    await multiplyEvents(client, Math.ceil(events / originals) - 1);
  }
  // VACUUM runs now, so that autovacuum does not run during the measurement.
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  return storedNow(client);
}

async function allDelivered(client) {
  const end = performance.now() + DELIVERED_LIMIT_MS;
  for (;;) {
    const { rows } = await client.query('SELECT count(*)::int AS waiting FROM deliveries_waiting');
    if (rows[0].waiting === 0) return;
    if (performance.now() > end)
      throw new Error(
        `${rows[0].waiting} deliveries of the first events have no recorded outcome, so they cannot be copied. ` +
          'Repeat the run.',
      );
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function storedNow(client) {
  const { rows } = await client.query(
    'SELECT count(*)::int AS events, pg_database_size(current_database())::float8 AS bytes FROM events',
  );
  return rows[0];
}

async function withClient(databaseUrl, work) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
