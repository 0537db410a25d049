import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const PATH = '/v1/brands/acme/capillary';
const PLAN = {
  name: 'Patchbay acme capillary',
  webhookId: 'w1',
  eventNames: ['pointsIssued', 'tierUpgraded'],
  changes: [{ field: 'eventNames', before: 'pointsIssued', after: 'pointsIssued, tierUpgraded' }],
};

describe('patchbay capillary', () => {
  let hub: FakeHub | undefined;
  afterEach(() => hub?.stop());

  async function run(args: readonly string[], body: unknown): Promise<CliRun> {
    hub = await startFakeHub(() => ({ status: 200, body }));
    return runCli(['capillary', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }
  const calls = (): unknown[] =>
    (hub?.calls ?? []).map(({ method, path, body }) => [method, path, JSON.parse(body) as unknown]);

  it('register: shows the changes, then makes them', async () => {
    const shown = await run(['register', 'acme', '--rotate-secret'], PLAN);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('Webhook "Patchbay acme capillary" is changed:');
    expect(shown.out).toContain('  eventNames: pointsIssued -> pointsIssued, tierUpgraded');
    expect(shown.out).toContain('Capillary sends 2 event types to the hub');
    expect(calls()).toEqual([
      ['POST', `${PATH}/register`, { dryRun: true }],
      ['POST', `${PATH}/register`, { rotateSecret: true }],
    ]);
  });

  it('register --dry-run: changes nothing', async () => {
    const shown = await run(['register', 'acme', '--dry-run'], { ...PLAN, changes: [] });
    expect(shown.out).toContain('is up to date at Capillary');
    expect(calls()).toEqual([['POST', `${PATH}/register`, { dryRun: true }]]);
  });

  it('status: shows what somebody changed at Capillary, and how to restore it', async () => {
    const drift = [{ field: 'active', before: 'true', after: 'false' }];
    const shown = await run(['status', 'acme', '--refresh'], { registered: true, eventNames: ['pointsIssued'], drift });
    expect(shown.out).toContain('acme receives 1 event type: pointsIssued');
    expect(shown.out).toContain('  active: true -> false\nTo restore it: patchbay capillary register acme');
    expect(calls()).toEqual([['POST', `${PATH}/check`, {}]]);
  });

  it('status: names the command that registers a brand', async () => {
    const shown = await run(['status', 'acme'], { registered: false });
    expect(shown.out).toContain('patchbay capillary register acme');
  });

  it('reconcile: shows the counts of each day, and how to recover events', async () => {
    const day = { day: '2026-11-30', total: 12, retrying: 1, pending: 0, accepted: 8, quarantined: 1, missing: 2 };
    const shown = await run(['reconcile', 'acme', '--from', '2026-11-30', '--consumer-group', '7'], {
      days: [day],
      missing: 2,
    });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain(
      '2026-11-30  Capillary: 12 (1 retrying, 0 pending)  hub: 8 accepted, 1 quarantined  missing: 2',
    );
    expect(shown.out).toContain('patchbay import acme <source> <file> --recovered');
    expect(calls()).toEqual([['POST', `${PATH}/reconcile`, { from: '2026-11-30', consumerGroup: '7' }]]);
    await hub?.stop();
    expect((await run(['reconcile', 'acme'], { days: [], missing: 0 })).out).toContain('The hub has all events');
  });

  it('reconcile: follows the check of the log, and shows types and missing events', async () => {
    const started = { id: 'c-1', state: 'running', from: '2026-11-24', to: '2026-11-30', entries: 0, endedAt: null };
    const type = {
      type: 'pointsIssued',
      entries: 60,
      stored: 38,
      waiting: 1,
      quarantined: 0,
      missing: 21,
      recovered: 0,
    };
    const event = { type: 'pointsIssued', eventId: 'e-1', occurredAt: '2026-11-30T10:00:00.000Z', status: 'FAILED' };
    const ended = {
      ...{ ...started, state: 'done', entries: 60, missing: 21, recovered: 0, isExact: true, endedAt: 't' },
      ...{ types: [type], missingEvents: Array.from({ length: 21 }, () => event) },
    };
    hub = await startFakeHub(({ method }) => ({
      status: 200,
      body: method === 'POST' ? { days: [], missing: 21, logCheck: started } : ended,
    }));
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    const shown = await runCli(['capillary', 'reconcile', 'acme'], { env });
    expect(hub.calls.map(({ path }) => path)).toEqual([`${PATH}/reconcile`, `${PATH}/log-checks/c-1`]);
    expect(shown.out).toContain('log of 2026-11-24 to 2026-11-30: done, 60 entries, 21 missing, 0 recovered');
    expect(shown.out).toContain(
      '  pointsIssued: 60 entries, 38 stored, 1 waiting, 0 quarantined, 21 missing, 0 recovered',
    );
    expect(shown.out.split('\n').filter((line) => line.includes('e-1'))).toHaveLength(20);
    expect(shown.out).toContain('  and 1 more: use --json');
    expect(shown.out).toContain('patchbay import acme <source> <file> --recovered');
    const json = await runCli(['capillary', 'reconcile', 'acme', '--json'], { env });
    expect(JSON.parse(json.out)).toMatchObject({ missing: 21, logCheck: { state: 'done' } });
  });

  it('log-checks: lists checks, shows one, and cancels one', async () => {
    const check = {
      id: 'c-1',
      state: 'running',
      from: 'a',
      to: 'b',
      entries: 7,
      missing: 2,
      isExact: false,
      reason: 'down',
    };
    expect((await run(['log-checks', 'acme'], { data: [check] })).out).toContain(
      'c-1  log of a to b: running, 7 entries, at least 2 missing, 0 recovered (down)',
    );
    await hub?.stop();
    expect((await run(['log-checks', 'acme'], { data: [] })).out).toContain('was not checked yet');
    await hub?.stop();
    expect((await run(['log-checks', 'acme', 'c-1', '--cancel'], check)).out).toContain('7 entries');
    expect(calls()).toEqual([['POST', `${PATH}/log-checks/c-1/cancel`, {}]]);
  });

  it('unregister and verify call the hub', async () => {
    expect((await run(['unregister', 'acme'], {})).code).toBe(0);
    expect(calls()).toEqual([['POST', `${PATH}/unregister`, {}]]);
    await hub?.stop();
    expect((await run(['verify', 'acme'], { webhooks: 3 })).out).toContain('has 3 webhooks');
  });
});
