import pg from 'pg';
import { watchForFailover } from '../connections/failover-watch.js';

/**
 * Settings that determine how COPY writes values, so that all versions of PostgreSQL write them alike. Also the level of
 * messages that {@link watchForFailover} needs, and no time limits.
 */
const SETTINGS = [
  "SET client_encoding = 'UTF8'",
  "SET timezone = 'UTC'",
  "SET datestyle = 'ISO, YMD'",
  "SET intervalstyle = 'postgres'",
  'SET extra_float_digits = 3',
  "SET bytea_output = 'hex'",
  'SET statement_timeout = 0',
  'SET idle_in_transaction_session_timeout = 0',
  'SET client_min_messages = warning',
].join('; ');

/**
 * Runs work on one connection, whose COPY writes the same text on every server.
 * @throws UnreplicatedCommitError if somebody cancels a commit that waits for a synchronous standby
 */
export async function withTransferSession<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'patchbay-data' });
  // A connection that breaks fails its running statement too. Without a listener, the event would end the process.
  client.on('error', () => undefined);
  watchForFailover(client);
  await client.connect();
  try {
    await client.query(SETTINGS);
    return await work(client);
  } finally {
    await client.end();
  }
}
