import pg from 'pg';
import { ENCODINGS } from '../encodings.js';
import { CONTROLS, DELETED, LONG_ROW, longAround } from '../planted.js';

async function asked<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Creates a database on the server of `serverUrl` and returns its URL. */
export async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  await asked(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Makes PostgreSQL store long values uncompressed, because a search of PostgreSQL's files cannot see compressed values.
 * The setting also applies to partitions that are created later.
 */
export async function keepUncompressed(url: string): Promise<void> {
  await asked(url, async (client) => {
    const { rows } = await client.query<{ statement: string }>(
      `SELECT format('ALTER TABLE %s ALTER %I SET STORAGE EXTERNAL', c.oid::regclass, a.attname) AS statement
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage IN ('x', 'm') AND a.attlen = -1`,
    );
    for (const { statement } of rows) await client.query(statement);
  });
}

/**
 * Writes the control values to a separate table: in every encoding, in a long row, and in a row that is then deleted.
 */
export async function plantControls(url: string): Promise<void> {
  await asked(url, (client) => client.query('CREATE TABLE privacy_control (control bytea)'));
  await keepUncompressed(url);
  await asked(url, async (client) => {
    const plant = (bytes: Buffer | string) =>
      client.query('INSERT INTO privacy_control VALUES ($1)', [Buffer.from(bytes)]);
    for (const { value } of CONTROLS)
      for (const { spell } of ENCODINGS) for (const bytes of spell(value)) await plant(bytes);
    await plant(longAround(LONG_ROW.value));
    await plant(DELETED.value);
    await client.query('DELETE FROM privacy_control WHERE control = $1', [Buffer.from(DELETED.value)]);
  });
}

/** Counts the waiting deliveries, except deliveries of paused destinations. */
export async function waitingIn(url: string): Promise<number> {
  const { rows } = await asked(url, (client) =>
    client.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM deliveries_waiting w
      JOIN destination_states s ON s.destination_id = w.destination_id WHERE NOT s.paused`,
    ),
  );
  return rows[0]?.count ?? 0;
}

/** Returns the path of the data directory of the PostgreSQL server. */
export async function dataFolder(url: string): Promise<string> {
  const { rows } = await asked(url, (client) => client.query<{ data_directory: string }>('SHOW data_directory'));
  return rows[0]?.data_directory ?? '';
}

/** Runs a checkpoint, so that PostgreSQL writes all buffers to its files. */
export async function checkpoint(url: string): Promise<void> {
  await asked(url, (client) => client.query('CHECKPOINT'));
}
