import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { acmeBrand, acmeEnv } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

describe('patchbay doctor and a hub', () => {
  let receiver: Receiver;
  let secrets: Record<string, string>;
  let hub: TestHub;
  beforeAll(async () => {
    receiver = await startReceiver();
    secrets = acmeEnv(receiver.url);
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: secrets });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  const env = () => ({
    PATCHBAY_URL: hub.url,
    PATCHBAY_ADMIN_KEY: ADMIN_KEY,
    PATCHBAY_CONFIG: hub.configDirectory,
    ...secrets,
  });

  it('finds no problem in the files of this hub', async () => {
    const run = await runCli(['doctor', '--json'], { env: env() });
    const document: unknown = JSON.parse(run.out);
    expect(document).toMatchObject({ ok: true });
    expect(at(document, 'findings')).toContainEqual({ name: 'brand files, checked by the hub', problems: [] });
    expect(run).toMatchObject({ code: 0, err: '' });
  });

  it('agrees with apply, which has no changes', async () => {
    const run = await runCli(['apply', '--dry-run'], { env: env() });
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('Nothing to change');
  });

  it('shows problems that this hub would refuse, with their lines', async () => {
    writeFileSync(
      join(hub.configDirectory, 'brands', 'other.yaml'),
      'brand: other\ndestinations:\n  shop:\n    type: not-a-type\n',
    );
    const run = await runCli(['doctor'], { env: env() });
    expect(run.out).toMatch(/problem +brand files, checked by the hub: /);
    expect(run.out).toContain('brands/other.yaml:4 destinations.shop.type: ');
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('One check failed.') });
  });
});
