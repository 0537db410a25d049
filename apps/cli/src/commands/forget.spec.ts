import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const RECEIPT = { id: 'f-1', state: 'done', events: 3, deliveries: 2, attempts: 1 };

describe('patchbay forget', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  async function run(args: readonly string[], body: object = RECEIPT): Promise<CliRun> {
    hub = await startFakeHub(() => ({ status: 200, body }));
    return runCli(['forget', 'acme', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }

  it('calls the hub and prints the receipt', async () => {
    const done = await run(['a/b', '--yes']);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(hub?.calls).toMatchObject([{ method: 'DELETE', path: '/v1/brands/acme/customers/a%2Fb' }]);
    expect(done.out).toContain('Events erased: 3. Deliveries cancelled: 2. Attempts erased: 1.');
    expect(done.out).toContain('Receipt f-1');
    expect(done.out).not.toContain('a/b');
  });

  it.each(['.', '..', '%2E%2E'])('cannot reach another route with the customer id %s', async (customer) => {
    const { code, err } = await run([customer, '--yes']);
    const paths = hub?.calls.map(({ path }) => path);
    expect({ code, paths }).toEqual(
      customer.startsWith('%') ? { code: 0, paths: ['/v1/brands/acme/customers/%252E%252E'] } : { code: 1, paths: [] },
    );
    if (code === 1) expect(err).toContain('is not a valid name or id');
  });

  it('prints the path of a running erasure, and one JSON document with --json', async () => {
    expect((await run(['7', '--yes'], { ...RECEIPT, state: 'running' })).out).toContain('/v1/brands/acme/erasures/f-1');
    await hub?.stop();
    expect(JSON.parse((await run(['7', '--yes', '--json'])).out)).toEqual(RECEIPT);
  });

  it('does nothing without --yes or a terminal', async () => {
    const refused = await run(['7']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('--yes');
    expect(hub?.calls).toEqual([]);
  });
});
