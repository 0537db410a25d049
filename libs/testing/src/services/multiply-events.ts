import type { Client } from 'pg';

/** Columns whose value names a row, and what they name. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  ingest_keys: ['key', 'event_id'],
  events: ['id'],
  event_customers: ['event_id'],
  deliveries: ['id', 'event_id'],
  attempts: ['delivery_id'],
};

/** The `copy`-th of an id: of the same moment, and the same from whatever table it is asked for. */
const COPY_ID = `
CREATE OR REPLACE FUNCTION pg_temp.copy_id(id uuid, copy int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (left(id::text, 15) || substr(digest, 1, 3) || '-8' || substr(digest, 4, 3) || '-' || substr(digest, 7, 12))::uuid
  FROM md5(id::text || copy) AS digest
$$`;

/** Rows that one statement writes, so that none is too large to be stopped; more only where one copy of all has more. */
const ROWS_AT_A_TIME = 50_000;

/**
 * Makes so many copies of every event that is stored by then, with all that belongs to it, as if it had come in so many
 * times more: a filled database in a minute, made of rows that the hub itself has written.
 */
export async function multiplyEvents(client: Client, copies: number): Promise<void> {
  await client.query('SET synchronous_commit = off');
  await client.query(COPY_ID);
  for (const [table, named] of Object.entries(NAMED)) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
      [table],
    );
    await client.query(`CREATE TEMP TABLE originals AS SELECT * FROM ${table}`);
    const { rows: counted } = await client.query<{ originals: number }>(
      'SELECT count(*)::int AS originals FROM originals',
    );
    const copiesAtATime = Math.max(1, Math.floor(ROWS_AT_A_TIME / Math.max(1, counted[0]?.originals ?? 0)));
    const names = rows.map(({ name }) => name);
    const values = names.map((name) => (named.includes(name) ? `pg_temp.copy_id(o.${name}, copy)` : `o.${name}`));
    for (let first = 1; first <= copies; first += copiesAtATime) {
      const last = Math.min(copies, first + copiesAtATime - 1);
      await client.query(
        `INSERT INTO ${table} (${names.join(', ')})
         SELECT ${values.join(', ')} FROM originals o, generate_series($1::int, $2::int) AS copy`,
        [first, last],
      );
    }
    await client.query('DROP TABLE originals');
  }
}
