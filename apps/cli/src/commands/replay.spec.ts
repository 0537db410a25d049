import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const SKIPPED = { notWanted: 0, notLatest: 3, destinationGone: 0, unreadable: 0 };
const SAMPLE = {
  ...{ eventId: 'e-1', eventType: 'pointsIssued', receivedAt: '2026-01-31T08:00:00.000Z' },
  ...{ subscription: 'points-sms', destination: 'sms', version: 2 },
  difference: {
    recorded: { version: 1, destination: 'sms', message: { body: 'old' }, problems: [] },
    current: {
      version: 2,
      destination: 'sms',
      message: { body: 'new' },
      problems: [{ field: 'to', message: 'is odd' }],
    },
    changed: ['message.body', 'problems'],
  },
};
const COUNTED = {
  ...{ replay: null, count: 2, countByState: { dead: 2 }, countIsExact: true, scanned: 5, skipped: SKIPPED },
  sample: [SAMPLE],
};
const RUNNING = {
  id: 'r-1',
  state: 'running',
  created: 1,
  expected: 2,
  expectedIsExact: true,
  endedAt: null,
  outcomes: {},
};
const DONE = { ...RUNNING, state: 'done', created: 2, endedAt: '2026-02-01T00:00:00.000Z', outcomes: { succeeded: 2 } };

describe('patchbay replay', () => {
  const hubs: FakeHub[] = [];
  afterEach(async () => {
    for (const hub of hubs.splice(0)) await hub.stop();
  });

  async function run(
    args: readonly string[],
    options: { readonly terminal?: boolean; readonly input?: string; readonly counted?: object } = {},
  ): Promise<CliRun & { readonly calls: readonly HubCall[] }> {
    let polls = 0;
    const hub = await startFakeHub(({ method, path, body }) => {
      if (method === 'GET') return { status: 200, body: (polls += 1) > 1 ? DONE : RUNNING };
      if (path.endsWith('/cancel')) return { status: 200, body: RUNNING };
      const dryRun = body.includes('"dryRun":true');
      const counted = options.counted ?? COUNTED;
      return { status: 200, body: dryRun ? counted : { ...counted, replay: RUNNING, sample: [] } };
    });
    hubs.push(hub);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    const done = await runCli(['replay', 'acme', ...args], { env, ...options });
    return { ...done, calls: hub.calls };
  }
  const bodies = (calls: readonly HubCall[]): unknown[] =>
    calls.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as unknown);

  it('leaves out what succeeded, unless it is asked to include it', async () => {
    const skipped = { ...SKIPPED, notLatest: 0, succeeded: 4, waiting: 1 };
    const counted = { ...COUNTED, count: 1, countByState: { none: 1 }, skipped };
    const args = ['--from', '2026-01-31', '--dry-run'];
    const { out, calls } = await run(args, { counted });
    expect(bodies(calls)).toEqual([{ filter: { from: '2026-01-31' }, mapping: 'recorded', dryRun: true }]);
    expect(out).toContain('By the state of the earlier delivery: 1 without an earlier delivery.');
    expect(out).toContain('4 skipped, because they succeeded (--include-succeeded sends them again).');
    expect(out).toContain('1 skipped, because they still wait and will be sent anyway.');
    expect(bodies((await run([...args, '--include-succeeded'])).calls)).toMatchObject([{ includeSucceeded: true }]);
    const chosen = (await run(['--vendor-status', 'undelivered', '--stage', 'sending', '--dry-run'])).calls;
    expect(bodies(chosen)).toMatchObject([{ filter: { vendorStatus: 'undelivered', stage: 'sending' } }]);
  });

  it('counts, asks, starts the replay and prints its progress', async () => {
    const args = ['--status', 'dead', '--destination', 'sms', '--from', '2026-01-31', '--rate', '10'];
    const shown = await run(args, { terminal: true, input: 'y\n' });
    expect(shown).toMatchObject({ code: 0, err: 'Replay these deliveries? [y/N] ' });
    const request = {
      filter: { status: 'dead', destination: 'sms', from: '2026-01-31' },
      ...{ mapping: 'recorded', ratePerSecond: 10 },
    };
    expect(bodies(shown.calls)).toEqual([
      { ...request, dryRun: true },
      { ...request, sample: 0 },
    ]);
    expect(shown.out).toContain(
      '2 deliveries to replay.\nBy the state of the earlier delivery: 2 dead.\n3 skipped, because they have a later delivery.',
    );
    expect(shown.out).toContain('--cancel r-1');
    expect(shown.out).toContain('running: 1 of 2 created\ndone: 2 of 2 created (2 succeeded)');
  });

  it('starts nothing if the answer is no, or without --yes or a terminal', async () => {
    const no = await run(['--status', 'dead'], { terminal: true, input: 'n\n' });
    expect(no).toMatchObject({ code: 1 });
    expect(no.calls).toHaveLength(1);
    const withoutTerminal = await run(['--status', 'dead']);
    expect(withoutTerminal).toMatchObject({ code: 1, err: expect.stringContaining('Add --yes') });
    expect(withoutTerminal.calls).toHaveLength(1);
  });

  it('prints the differences in a dry run', async () => {
    const shown = await run(['--event-type', 'pointsIssued', '--mapping', 'current', '--dry-run']);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.calls).toHaveLength(1);
    expect(shown.out).toContain('e-1  points-sms  differs in message.body, problems');
    expect(shown.out).toContain('recorded {"body":"old"}');
    expect(shown.out).toContain('current  {"body":"new"}; to: is odd');
  });

  it('does not ask if there is nothing to replay', async () => {
    const shown = await run(['--status', 'dead'], { counted: { ...COUNTED, count: 0, sample: [] } });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('Nothing to replay.');
  });

  it('cancels a running replay', async () => {
    const shown = await run(['--cancel', 'r-1']);
    expect(shown.calls[0]?.path).toBe('/v1/brands/acme/replays/r-1/cancel');
    expect(shown.out).toContain('done: 2 of 2');
  });

  it('prints one JSON document with --json', async () => {
    expect(JSON.parse((await run(['--status', 'dead', '--yes', '--json'])).out)).toEqual(DONE);
    expect(JSON.parse((await run(['--status', 'dead', '--dry-run', '--json'])).out)).toEqual(COUNTED);
  });

  it.each([[[]], [['--rate', '0', '--status', 'dead']], [['--mapping', 'newest', '--status', 'dead']]])(
    'rejects invalid arguments: %j',
    async (args) => {
      const shown = await run(args);
      expect(shown.code).toBe(2);
      expect(shown.calls).toEqual([]);
    },
  );
});
