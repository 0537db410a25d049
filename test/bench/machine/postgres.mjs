import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import pg from 'pg';

const TMPFS = 0x01021994;

/** PostgreSQL as the hub embeds it, with every commit on disk before it is answered. */
export async function startPostgres(folder) {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const admin = new pg.Client({ connectionString: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  const setting = async (name) => (await admin.query(`SHOW ${name}`)).rows[0][name];
  const durable = (await setting('fsync')) === 'on' && (await setting('synchronous_commit')) === 'on';
  if (!durable) throw new Error('PostgreSQL runs without fsync or synchronous_commit: its figures would mean nothing.');
  return {
    pid: server.pid,
    version: await setting('server_version'),
    onDisk: statfsSync(server.dataDir).type !== TMPFS,

    /** An empty database; what earlier ones left to write is written first, so that no system pays for another. */
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
