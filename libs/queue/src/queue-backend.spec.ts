import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inhospitablePostgres, type InhospitablePostgres } from '@patchbay/testing/services';
import { openQueueBackend } from './queue-backend.js';

let server: InhospitablePostgres;
beforeAll(async () => {
  server = await inhospitablePostgres();
});
afterAll(() => server.close());

it('a connection that the server ends as soon as it is made fails what it was made for, and nothing else', async () => {
  await expect(openQueueBackend({ postgresUrl: server.url }, () => undefined)).rejects.toThrow();
});
