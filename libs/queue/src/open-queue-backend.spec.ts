import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { disconnectingPostgres, type DisconnectingPostgres } from '@patchbay/testing/services';
import { openQueueBackend } from './open-queue-backend.js';

let server: DisconnectingPostgres;
beforeAll(async () => {
  server = await disconnectingPostgres();
});
afterAll(() => server.close());

it('rejects, without an unhandled error, if the server ends each connection immediately', async () => {
  await expect(openQueueBackend({ postgresUrl: server.url }, () => undefined)).rejects.toThrow();
});
