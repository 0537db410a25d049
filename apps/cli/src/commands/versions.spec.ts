import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeAnswer, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const VERSIONS = '/v1/brands/acme/subscriptions/points-sms/versions';

let hub: FakeHub | undefined;
afterEach(async () => {
  await hub?.stop();
  hub = undefined;
});

async function run(args: readonly string[], answer: FakeAnswer): Promise<CliRun> {
  hub = await startFakeHub(() => answer);
  return runCli(args, { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
}

describe('patchbay versions', () => {
  it('lists versions with their time, author and changes', async () => {
    const data = [
      {
        version: 2,
        createdAt: '2026-11-30T10:00:00.000Z',
        createdBy: 'ops',
        current: true,
        changed: ['when', 'mapping'],
      },
    ];
    const { code, out } = await run(['versions', 'acme/points-sms'], { status: 200, body: { data, nextCursor: null } });
    expect([code, hub?.calls[0]?.path]).toEqual([0, VERSIONS]);
    expect(out).toMatch(/2 \(current\) +2026-11-30T10:00:00.000Z +ops +when, mapping/);
  });

  it('shows what a version changed, with control characters made visible', async () => {
    const changes = [{ field: 'mapping.body', before: 'old', after: 'new\u001b[2J' }];
    const { out } = await run(['versions', 'acme/points-sms', '2'], { status: 200, body: { from: 1, to: 2, changes } });
    expect(hub?.calls[0]?.path).toBe(`${VERSIONS}/2/diff`);
    expect(out).toContain('From version 1 to 2:');
    expect(out).toContain('- "old"');
    expect(out).not.toContain('\u001b[2J');
  });

  it.each([[['acme']], [['acme/points-sms', '0']], [['acme/points-sms', 'x']]])('rejects %j', async (args) => {
    const refused = await run(['versions', ...args], { status: 200, body: {} });
    expect([refused.code, hub?.calls]).toEqual([2, []]);
  });
});

describe('patchbay restore', () => {
  it('restores a version and prints the number of the new one', async () => {
    const { code, out } = await run(['restore', 'acme/points-sms', '1', '--confirm', '3'], {
      status: 200,
      body: { version: 4 },
    });
    expect(hub?.calls).toMatchObject([{ method: 'POST', path: `${VERSIONS}/1/restore?atMost=3` }]);
    expect([code, out]).toEqual([0, expect.stringContaining('as version 4')]);
  });

  it('prints the error of the hub', async () => {
    const refused = await run(['restore', 'acme/points-sms', '9'], {
      status: 404,
      body: { status: 404, detail: 'The subscription has no version 9.' },
    });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('no version 9') });
  });
});
