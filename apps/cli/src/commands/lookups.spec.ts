import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const PATH = '/v1/brands/acme/lookups';

describe('patchbay lookups', () => {
  let hub: FakeHub | undefined;
  afterEach(() => hub?.stop());

  async function run(args: readonly string[], body: unknown): Promise<CliRun> {
    hub = await startFakeHub(() => ({ status: 200, body }));
    return runCli(['lookups', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }

  it('list: shows the state, the reason and the waiting deliveries', async () => {
    const paused = { name: 'recipients.resolver', paused: true, pausedReason: 'it answered 401', held: 10_000 };
    const active = { name: 'enrichment.profile', paused: false, pausedReason: null, held: 0, heldIsExact: true };
    const shown = await run(['list', 'acme'], { data: [{ ...paused, heldIsExact: false }, active] });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/recipients\.resolver +paused +10000\+ +it answered 401/);
    expect(shown.out).toMatch(/enrichment\.profile +active +0/);
    expect(hub?.calls[0]?.path).toBe(PATH);
  });

  it('verify: reports the result', async () => {
    const passed = await run(['verify', 'acme', 'recipients.resolver'], { ok: true, message: 'Now resumed.' });
    expect(passed).toMatchObject({ code: 0, err: '' });
    expect(passed.out).toContain('recipients.resolver works: Now resumed.');
    expect(hub?.calls[0]).toMatchObject({ method: 'POST', path: `${PATH}/recipients.resolver/verify` });
    await hub?.stop();
    const failed = await run(['verify', 'acme', 'recipients.resolver'], { ok: false, message: 'it answered 401' });
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('Verification of recipients.resolver failed: it answered 401');
  });

  it('resume: resumes without a test', async () => {
    expect(await run(['resume', 'acme', 'enrichment.profile'], {})).toMatchObject({ code: 0, err: '' });
    expect(hub?.calls[0]).toMatchObject({ method: 'POST', path: `${PATH}/enrichment.profile/resume` });
  });
});
