import { expect, it } from '@jest/globals';
import pg from 'pg';
import { ownPostgres } from './own-postgres.js';
import { ownStandby } from './own-standby.js';
import { SERVICE_TIMEOUT_MS } from './test-database.js';
import { until } from './until.js';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it(
  'ownStandby starts a standby that follows its primary, refuses writes, and can be promoted',
  async () => {
    const primary = await ownPostgres();
    await query(primary.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const standby = await ownStandby(primary, { name: 's1' });
    const numbers = () => query(standby.url, 'SELECT n FROM kept ORDER BY n');
    expect(await query(primary.url, 'SELECT application_name, state FROM pg_stat_replication')).toEqual([
      { application_name: 's1', state: 'streaming' },
    ]);
    await query(primary.url, 'INSERT INTO kept VALUES (8)');
    await until(async () => (await numbers()).length === 2, { what: 'the row on the standby' });
    await expect(query(standby.url, 'INSERT INTO kept VALUES (9)')).rejects.toMatchObject({ code: '25006' });
    await standby.kill();
    await query(primary.url, 'INSERT INTO kept VALUES (9)');
    await standby.restart();
    await until(async () => (await numbers()).length === 3, { what: 'the row after a restart' });
    await primary.kill();
    await query(standby.url, 'SELECT pg_promote()');
    await query(standby.url, 'INSERT INTO kept VALUES (10)');
    expect(await numbers()).toEqual([{ n: 7 }, { n: 8 }, { n: 9 }, { n: 10 }]);
    await standby.kill();
  },
  SERVICE_TIMEOUT_MS,
);
