import type pg from 'pg';
import {
  DEDUPE_KEY,
  FILL_SERIES,
  FILL_STATEMENTS,
  ID_AT,
  LOWEST_ID,
  MAKE_DAY,
  MARK_COUNTED,
} from './fill-statements.js';
import { BRANDS, RETENTION_DAYS } from './hub.js';

const DAY_MS = 86_400_000;
/** Number of days before now that have rows. */
const DAYS = 30;

/** Options of {@link fill}. */
export interface FillOptions {
  /** Number of events of all brands. */
  readonly events: number;
  readonly say: (line: string) => void;
}

/**
 * Fills the tables with events of the last 30 days, two deliveries per event, and attempts. Writes the rows directly,
 * because it would take a hub much longer to receive and deliver so many events.
 */
export async function fill(client: pg.Client, { events, say }: FillOptions): Promise<void> {
  const startedAt = performance.now();
  const now = Date.now();
  await makePartitions(client, now);
  await client.query('SET synchronous_commit = off');
  for (const statement of [ID_AT, DEDUPE_KEY]) await client.query(statement);
  for (const { name, share } of BRANDS) {
    const perDay = Math.max(1, Math.round((events * share) / 1_000 / DAYS));
    for (let day = 0; day < DAYS; day += 1) {
      const values = [name, RETENTION_DAYS, now - (day + 1) * DAY_MS, perDay, DAY_MS / perDay, day];
      for (const statement of FILL_STATEMENTS) await client.query(statement, values);
    }
    say(`filled the brand ${name} with ${(perDay * DAYS).toLocaleString('en-US')} events`);
  }
  await client.query(FILL_SERIES);
  await client.query(MARK_COUNTED);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  const { rows } = await client.query<{ text: string }>(
    `SELECT format('%s events, %s deliveries, of which %s wait; %s', (SELECT count(*) FROM events),
      (SELECT count(*) FROM deliveries), (SELECT count(*) FROM deliveries_waiting),
      pg_size_pretty(pg_database_size(current_database()))) AS text`,
  );
  say(`stored ${rows[0]?.text ?? ''}, in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
}

async function makePartitions(client: pg.Client, now: number): Promise<void> {
  const today = Math.floor(now / DAY_MS);
  for (const statement of [LOWEST_ID, MAKE_DAY]) await client.query(statement);
  for (let day = today - DAYS; day <= today; day += 1) {
    await client.query('SELECT pg_temp.make_day($1, $2)', [day, RETENTION_DAYS]);
  }
}
