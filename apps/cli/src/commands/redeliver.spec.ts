import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const REFUSED = { reason: 'The vendor accepted this delivery.', count: 2, deliveries: ['d-1', 'd-2'] };

describe('patchbay redeliver', () => {
  const hubs: FakeHub[] = [];
  afterEach(async () => {
    for (const hub of hubs.splice(0)) await hub.stop();
  });

  /** Runs the command against a hub that handles the deliveries in two calls. */
  async function run(
    args: readonly string[],
    options: { readonly terminal?: boolean; readonly input?: string } = {},
  ): Promise<CliRun & { readonly bodies: readonly unknown[]; readonly calls: readonly HubCall[] }> {
    const hub = await startFakeHub(({ body }) => {
      const isFirst = !body.includes('cursor');
      const page = { countByState: { dead: 3 }, count: 3, refused: isFirst ? [REFUSED] : [] };
      return { status: 200, body: { ...page, isComplete: !isFirst, nextCursor: isFirst ? 'next' : null } };
    });
    hubs.push(hub);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    const done = await runCli(['redeliver', 'acme', ...args], { env, ...options });
    return { ...done, calls: hub.calls, bodies: hub.calls.map(({ body }) => JSON.parse(body) as unknown) };
  }

  it('counts the deliveries of a cause, asks, and continues until all are handled', async () => {
    const args = ['--status', 'dead', '--vendor-code', '21211', '--destination', 'sms'];
    const shown = await run(args, { terminal: true, input: 'y\n' });
    const filter = { status: 'dead', vendorCode: '21211', destination: 'sms' };
    expect(shown).toMatchObject({ code: 0, err: 'Redeliver these deliveries? [y/N] ' });
    expect(shown.bodies).toEqual([
      { filter, dryRun: true },
      { filter, dryRun: true, cursor: 'next' },
      { filter, dryRun: false },
      { filter, dryRun: false, cursor: 'next' },
    ]);
    expect(shown.out).toContain('6 deliveries to redeliver (6 dead).\n2 left out: The vendor accepted this delivery.');
    expect(shown.out).toContain('6 deliveries scheduled (6 dead).');
  });

  it('says that it waits for a destination with too many due deliveries', async () => {
    let busy = 1;
    const hub = await startFakeHub(({ body }) => {
      const isBusy = !body.includes('"dryRun":true') && busy-- > 0;
      const some = { countByState: { dead: 1 }, count: 1, refused: [], isComplete: true, nextCursor: null };
      return { status: 200, body: isBusy ? { ...some, countByState: {}, count: 0, isComplete: false } : some };
    });
    hubs.push(hub);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    const { out } = await runCli(['redeliver', 'acme', '--status', 'dead', '--stage', 'routing', '--yes'], { env });
    expect(
      out.match(/^Waiting, because a destination has too many due deliveries\. 0 scheduled so far\.$/gm),
    ).toHaveLength(1);
    expect(out).toContain('1 delivery scheduled (1 dead).');
    expect(hub.calls.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject(
      [true, false, false].map((dryRun) => ({ filter: { status: 'dead', stage: 'routing' }, dryRun })),
    );
  });

  it('says that unconfirmed messages may arrive twice', async () => {
    const hub = await startFakeHub(() => {
      const body = { countByState: { unconfirmed: 2 }, count: 2, refused: [], isComplete: true, nextCursor: null };
      return { status: 200, body };
    });
    hubs.push(hub);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    const { out } = await runCli(['redeliver', 'acme', '--status', 'unconfirmed', '--dry-run'], { env });
    expect(out).toContain('The vendor may have the unconfirmed messages already.');
    expect((await run(['--status', 'dead', '--dry-run'])).out).not.toContain('may have');
  });

  it('redelivers several ids, and sends nothing in a dry run or without a confirmation', async () => {
    const { bodies } = await run(['d-1', 'd-2', '--yes']);
    expect(bodies).toMatchObject([{ ids: ['d-1', 'd-2'], dryRun: true }, {}, { dryRun: false }, {}]);
    const dry = await run(['d-1', '--dry-run']);
    expect(dry.bodies).toMatchObject([{ ids: ['d-1'], dryRun: true }, { dryRun: true }]);
    const refused = await run(['--status', 'dead'], { terminal: true, input: 'n\n' });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was sent.') });
    expect(refused.bodies).toHaveLength(2);
    expect((await run(['--status', 'dead'])).err).toContain('--yes');
  });

  it.each([[[]], [['d-1', '--status', 'dead']], [['--destination', 'sms']], [['d-1', 'd-2', '--force']]])(
    'refuses the arguments %j',
    async (args) => {
      const shown = await run(args);
      expect(shown.code).not.toBe(0);
      expect(shown.calls).toEqual([]);
    },
  );
});
