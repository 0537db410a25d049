import type { Client } from 'pg';

/** Id columns of each table. Copies get new ids in these columns. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  ingest_keys: ['key', 'event_id'],
  events: ['id'],
  event_customers: ['event_id'],
  deliveries: ['id', 'event_id'],
  attempts: ['delivery_id'],
};

/** SQL function that derives the id of a copy: the same timestamp, and the same result for every table. */
const COPY_ID = `
CREATE OR REPLACE FUNCTION pg_temp.copy_id(id uuid, copy int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
  SELECT (left(id::text, 15) || substr(digest, 1, 3) || '-8' || substr(digest, 4, 3) || '-' || substr(digest, 7, 12))::uuid
  FROM md5(id::text || copy) AS digest
$$`;

/**
 * Maximum number of rows per statement, so that each statement can be cancelled. A statement has more rows only if a
 * single copy of the events has more rows.
 */
const ROWS_AT_A_TIME = 50_000;

/**
 * Copies every stored event this many times, with all related rows, as if the hub had received them. Fills a database
 * within a minute with rows in the form that the hub writes.
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
