import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import pg from 'pg';

const TMPFS = 0x01021994;

/** Starts the PostgreSQL that the hub embeds. Every commit is on disk before PostgreSQL acknowledges the commit. */
export async function startPostgres(folder) {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const admin = new pg.Client({ connectionString: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  const setting = async (name) => (await admin.query(`SHOW ${name}`)).rows[0][name];
  const durable = (await setting('fsync')) === 'on' && (await setting('synchronous_commit')) === 'on';
  if (!durable)
    throw new Error('PostgreSQL runs without fsync or synchronous_commit, so the figures are not valid. Turn both on.');
  return {
    pid: server.pid,
    version: await setting('server_version'),
    onDisk: statfsSync(server.dataDir).type !== TMPFS,

    /** Returns the number of WAL records that all databases have written so far. */
    async walRecords() {
      return Number((await admin.query('SELECT wal_records FROM pg_stat_wal')).rows[0].wal_records);
    },

    /** Creates an empty database. Runs a checkpoint first, so that earlier writes do not affect the measurement. */
    async createDatabase(name) {
      await admin.query('CHECKPOINT');
      await admin.query(`CREATE DATABASE ${name}`);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },

    async dropDatabase(name) {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },

    async stop() {
      await admin.end();
      await server.stop();
    },
  };
}
