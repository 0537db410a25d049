import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeAnswer, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const YAML = '# Set these:\n#   ACME_TOKEN\nbrand: acme\n';

describe('patchbay export', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  async function run(args: readonly string[], answer: FakeAnswer): Promise<CliRun> {
    hub = await startFakeHub(() => answer);
    return runCli(['export', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }

  it('writes the YAML of the hub unchanged to standard output', async () => {
    expect(await run(['acme'], { status: 200, body: YAML })).toEqual({ code: 0, out: YAML, err: '' });
    expect(hub?.calls).toMatchObject([{ method: 'GET', path: '/v1/brands/acme/export' }]);
  });

  it('prints one JSON document with --json', async () => {
    const { out } = await run(['acme', '--json'], { status: 200, body: YAML });
    expect(JSON.parse(out)).toEqual({ brand: 'acme', yaml: YAML });
  });

  it('prints the error of the hub', async () => {
    const body = { status: 404, detail: 'There is no brand "acme".' };
    const refused = await run(['acme'], { status: 404, body });
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no brand "acme"') });
  });

  it.each([[[]], [['No Name']], [['../keys']]])('rejects arguments that are not a brand name: %j', async (args) => {
    const refused = await run(args, { status: 200, body: YAML });
    expect(refused.code).toBe(2);
    expect(hub?.calls).toEqual([]);
  });
});
