import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type TestHub } from './support/test-hub.js';

const OWN = resolve('test/fixtures/events');
const DOCUMENTED = resolve('../shared/capillary-events');
const folders = [OWN, DOCUMENTED].filter((folder) => existsSync(folder));
if (!folders.includes(DOCUMENTED)) {
  process.stderr.write('\n  SKIPPED: the documented payloads are not beside this clone; its own fixtures are run.\n\n');
}

describe.each(folders)('every payload of %s through the ingest endpoint', (folder) => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  it('is accepted, and readable events are delivered', async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const accepted: string[] = [];
    for (const file of files) {
      const answer = await hub.ingest('acme/capillary', readFileSync(join(folder, file), 'utf8'), ACME_AUTH);
      expect([file, answer.status]).toEqual([file, 202]);
      for (const event of answer.events) {
        expect([file, event.status]).not.toEqual([file, 'quarantined']);
        if (event.status === 'accepted') accepted.push(event.id);
      }
    }
    expect(files.length).toBeGreaterThan(40);
    await until(() => receiver.received.length >= accepted.length, { what: 'all deliveries', timeoutMs: 20_000 });
    const delivered = receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id);
    expect(delivered.toSorted()).toEqual(accepted.toSorted());
  }, 60_000);
});
