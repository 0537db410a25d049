import { basename } from 'node:path';
import { endRun, RUN_VARIABLE } from './test-run.mjs';

/**
 * Drops this run's databases on a server that the run did not start. Servers that the run started are removed
 * completely.
 */
async function dropDatabases(url, run) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [`${run}_`]);
    for (const { datname } of rows) {
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(datname)} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}

/** Stops the servers of the run after all test files. */
export default async function tearDown() {
  const folder = process.env[RUN_VARIABLE];
  if (folder === undefined) return;
  const given = process.env.TEST_DATABASE_URL;
  try {
    if (given) await dropDatabases(given, basename(folder).replace(/\W/g, '_').toLowerCase());
  } finally {
    await endRun(folder);
  }
}
