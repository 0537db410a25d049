import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disconnectingPostgres, type DisconnectingPostgres } from '@patchbay/testing/services';
import { createDataSource } from './data-source.js';
import { PgPool } from '../query/pg-pool.js';

describe('a connection that the server ends right after connecting', () => {
  let server: DisconnectingPostgres;
  beforeAll(async () => {
    server = await disconnectingPostgres();
  });
  afterAll(() => server.close());

  it('fails only its own request, in both pools', async () => {
    const options = { url: server.url, onError: () => undefined };
    await expect(createDataSource(options).initialize()).rejects.toThrow();
    const pgPool = new PgPool(options);
    await expect(pgPool.query({ text: 'SELECT 1', values: [] })).rejects.toThrow();
    await pgPool.close();
  });
});
