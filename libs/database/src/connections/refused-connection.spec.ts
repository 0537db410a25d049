import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disconnectingPostgres, type DisconnectingPostgres } from '@patchbay/testing/services';
import { createDataSource } from './data-source.js';
import { PgPool } from './pg-pool.js';

describe('a connection that the server ends as soon as it is made', () => {
  let server: DisconnectingPostgres;
  beforeAll(async () => {
    server = await disconnectingPostgres();
  });
  afterAll(() => server.close());

  it('fails what it was made for, in both pools, and nothing else', async () => {
    const options = { url: server.url, onError: () => undefined };
    await expect(createDataSource(options).initialize()).rejects.toThrow();
    const pgPool = new PgPool(options);
    await expect(pgPool.query({ text: 'SELECT 1', values: [] })).rejects.toThrow();
    await pgPool.close();
  });
});
