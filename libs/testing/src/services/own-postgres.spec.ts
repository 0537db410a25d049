import { expect, it } from '@jest/globals';
import pg from 'pg';
import { ownPostgres } from './own-postgres.js';
import { SERVICE_TIMEOUT_MS } from './test-database.js';

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
  'ownPostgres returns a server that a test can kill and restart with its data and its URL',
  async () => {
    const server = await ownPostgres();
    await query(server.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const { pid } = server;
    await server.kill();
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow();
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await query(server.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await server.kill();
  },
  SERVICE_TIMEOUT_MS,
);
