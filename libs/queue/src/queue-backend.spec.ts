import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { disconnectingPostgres, type DisconnectingPostgres } from '@patchbay/testing/services';
import { openQueueBackend } from './queue-backend.js';

let server: DisconnectingPostgres;
beforeAll(async () => {
  server = await disconnectingPostgres();
});
afterAll(() => server.close());

it('a connection that the server ends as soon as it is made fails what it was made for, and nothing else', async () => {
  await expect(openQueueBackend({ postgresUrl: server.url }, () => undefined)).rejects.toThrow();
});
