import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeAnswer, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const SECRET = 'invented-secret-0001';
const BRAND = `brand: acme
sources:
  shop:
    adapter: json
    auth: { bearer: ['\${env:ACME_TOKEN}'] }
destinations:
  crm:
    type: hook
    settings: { url: https://crm.example.com }
`;
const CHANGES = [
  { action: 'create', kind: 'destination', name: 'acme/crm', fields: [] },
  { action: 'update', kind: 'source', name: 'acme/shop', fields: ['auth'] },
  { action: 'disable', kind: 'subscription', name: 'acme/old', fields: [] },
  { action: 'unchanged', kind: 'brand', name: 'acme', fields: [] },
];

describe('patchbay apply', () => {
  let folder: string;
  let file: string;
  let hub: FakeHub | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-apply-'));
    mkdirSync(join(folder, 'brands'));
    file = join(folder, 'brands', 'acme.yaml');
    writeFileSync(file, BRAND);
  });
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
    rmSync(folder, { recursive: true });
  });

  async function apply(
    args: readonly string[],
    answer: (call: HubCall) => FakeAnswer = () => ({ status: 200, body: { revision: 7, changes: CHANGES } }),
    more: { env?: Record<string, string>; input?: string; terminal?: boolean } = {},
  ): Promise<CliRun> {
    hub = await startFakeHub(answer);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY, PATCHBAY_CONFIG: folder, ACME_TOKEN: SECRET };
    return runCli(['apply', ...args], { ...more, env: more.env ?? env });
  }
  const sent = (): unknown[] => (hub?.calls ?? []).map(({ body }) => JSON.parse(body) as unknown);

  it('prints the changes, then applies all files with locally resolved secrets', async () => {
    const run = await apply([]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('+ create   destination acme/crm\n');
    expect(run.out).toContain('~ update   source acme/shop (auth)\n');
    expect(run.out).toContain('- disable  subscription acme/old\n');
    expect(run.out).not.toContain('unchanged');
    expect(run.out).toContain('Applied (revision 7)');
    expect(sent()).toEqual([
      expect.objectContaining({ dryRun: true, prune: false, complete: true }),
      expect.objectContaining({ dryRun: false, prune: false, complete: true }),
    ]);
    expect(sent()[1]).toMatchObject({
      files: [
        {
          file,
          content: { brand: 'acme', sources: { shop: { auth: { bearer: [SECRET] } } } },
          interpolated: ['sources.shop.auth.bearer[0]'],
          sourceLocations: expect.arrayContaining([{ field: 'sources.shop.auth.bearer[0]', file, line: 5 }]),
        },
      ],
    });
    expect(hub?.calls[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(run.out + run.err).not.toContain(SECRET);
  });

  it('changes nothing with --dry-run', async () => {
    const run = await apply(['--dry-run', '--prune']);
    expect(run.code).toBe(0);
    expect(run.out).toContain('Nothing was changed');
    expect(sent()).toEqual([expect.objectContaining({ dryRun: true, prune: true })]);
  });

  describe('if waiting deliveries or privacy are affected', () => {
    const needs = {
      affectedDeliveries: [{ brand: 'acme', destination: 'old', effect: 'end', count: 2_249 }],
      leavesPiiLess: ['acme'],
    };
    const answer = (): FakeAnswer => ({ status: 200, body: { revision: 7, changes: CHANGES, ...needs } });

    it('sends only the dry run, and prints the counts and the command that confirms them', async () => {
      const run = await apply(['--prune', '--confirm', '2248'], answer);
      expect(run.code).toBe(1);
      expect(run.err).toContain('2249 waiting deliveries of acme/old would end');
      expect(run.err).toContain('brand acme would store personal data from now on');
      expect(run.err).toContain('patchbay apply --prune --confirm 2249 --confirm-privacy');
      expect(sent()).toEqual([expect.objectContaining({ dryRun: true })]);
    });

    it('prints the effects with --dry-run', async () => {
      const run = await apply(['--dry-run'], answer);
      expect(run.code).toBe(0);
      expect(run.out).toContain('! 2249 waiting deliveries of acme/old would end\n');
      expect(run.out).toContain('To apply this: patchbay apply --confirm 2249 --confirm-privacy');
    });

    it('applies the changes if they are confirmed', async () => {
      const run = await apply(['--confirm', '2249', '--confirm-privacy'], answer);
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(sent()[1]).toMatchObject({ dryRun: false, atMost: 2_249, confirmPrivacy: true });
    });

    it('prints the new count if more deliveries wait at the time of the apply', async () => {
      const detail =
        'The change needs a confirmation: 9 waiting deliveries of acme/old would end. Nothing was changed.';
      const affectedDeliveries = [{ brand: 'acme', destination: 'old', effect: 'end', count: 9 }];
      const run = await apply([], ({ body }) =>
        body.includes('"dryRun":true')
          ? { status: 200, body: { revision: 7, changes: CHANGES } }
          : { status: 409, body: { status: 409, detail, affectedDeliveries, leavesPiiLess: [] } },
      );
      expect(run).toMatchObject({ code: 1, err: `error: ${detail}\nTo confirm, add --confirm 9.\n` });
    });

    it.each(['-1', '1.5', 'all', ''])('rejects --confirm %j', async (count) => {
      expect((await apply([`--confirm=${count}`], answer)).code).toBe(2);
    });
  });

  it('shows a renamed destination', async () => {
    const change = {
      action: 'update',
      kind: 'destination',
      name: 'acme/sms',
      fields: ['name'],
      renamedFrom: 'old-sms',
    };
    const run = await apply(['--dry-run'], () => ({ status: 200, body: { revision: 7, changes: [change] } }));
    expect(run.out).toContain('~ update   destination acme/sms (renamed from old-sms)\n');
  });

  it('prints warnings with their lines, and sends --strict', async () => {
    const warning = { file: '', field: 'destinations.crm.settings.url', message: 'is odd' };
    const run = await apply(['--strict', '--yes'], () => ({
      status: 200,
      body: { revision: 7, changes: CHANGES, warnings: [{ ...warning, file }] },
    }));
    expect(run).toMatchObject({ code: 0, err: `warning: ${file}:9 destinations.crm.settings.url: is odd\n` });
    expect(sent()).toEqual([expect.objectContaining({ strict: true }), expect.objectContaining({ strict: true })]);
  });

  it('prints old and new values, and tries changed subscriptions with --dry-run --last', async () => {
    writeFileSync(file, `${BRAND}subscriptions:\n  points: { source: shop, events: [order], destination: crm }\n`);
    const name = 'acme/points';
    const event = { eventId: 'e-1', type: 'order', receivedAt: '2026-01-31T08:00:00.000Z' };
    const message = (body: string): object => ({ destination: 'crm', message: { body }, problems: [] });
    const trial = {
      ...{ events: 100, isComplete: true, counts: { newlyMatched: 1, changed: 2, unchanged: 97, cannotBeMade: 1 } },
      samples: [
        { ...event, change: 'changed', changed: ['message.body'], before: message('Hi'), after: message('Hello') },
        { ...event, change: 'newlyMatched', changed: [], before: null, after: message('Hello') },
      ],
    };
    const run = await apply(['--dry-run', '--last', '100'], ({ path }) => ({
      status: 200,
      body: path.endsWith('/trials')
        ? trial
        : {
            revision: 7,
            changes: [{ action: 'update', kind: 'subscription', name, fields: ['mapping'] }],
            fieldChanges: [{ kind: 'subscription', name, field: 'mapping.body', before: 'Hi', after: 'Hello' }],
          },
    }));
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toContain('    mapping.body: "Hi" → "Hello"\n');
    expect(run.out).toContain(
      'acme/points on the newest 100 events: 1 newly matched, 2 with another message, 97 unchanged\n' +
        '  1 messages cannot be made\n' +
        '  2026-01-31T08:00:00.000Z order e-1: with another message\n' +
        '    message.body: "Hi" → "Hello"\n' +
        '  2026-01-31T08:00:00.000Z order e-1: newly matched\n' +
        '    message: nothing → {"body":"Hello"}\n',
    );
    const draft = { name: 'points', source: 'shop', events: ['order'], destination: 'crm' };
    expect(sent()).toEqual([expect.objectContaining({ dryRun: true }), { draft, last: 100 }]);
  });

  it('says why a changed subscription cannot be tried', async () => {
    writeFileSync(file, `${BRAND}subscriptions:\n  points: { source: shop, events: [order], destination: crm }\n`);
    const run = await apply(['--dry-run', '--last', '5'], ({ path }) =>
      path.endsWith('/trials')
        ? {
            status: 422,
            body: {
              status: 422,
              detail: 'The draft is invalid.',
              errors: [{ field: 'draft.destination', detail: 'is new' }],
            },
          }
        : {
            status: 200,
            body: {
              revision: 7,
              changes: [{ action: 'create', kind: 'subscription', name: 'acme/points', fields: [] }],
            },
          },
    );
    expect(run.code).toBe(0);
    expect(run.out).toContain(
      'acme/points: not tried, because the stored brand does not fit: The draft is invalid. draft.destination: is new',
    );
  });

  it('tries nothing for a brand that the hub does not have yet', async () => {
    const changes = [
      { action: 'create', kind: 'brand', name: 'acme', fields: [] },
      { action: 'create', kind: 'subscription', name: 'acme/points', fields: [] },
    ];
    const run = await apply(['--dry-run', '--last', '5'], () => ({ status: 200, body: { revision: 7, changes } }));
    expect(run.out).toContain('acme/points: not tried: the brand is new, so it has no events');
    expect(sent()).toHaveLength(1);
  });

  it('rejects --last without --dry-run', async () => {
    expect(await apply(['--last', '5'])).toMatchObject({ code: 2, err: expect.stringContaining('Add --dry-run.') });
  });

  it('sends `complete: false` if files are named', async () => {
    await apply([file, '--yes']);
    expect(sent()).toEqual([
      expect.objectContaining({ complete: false }),
      expect.objectContaining({ complete: false, dryRun: false }),
    ]);
  });

  it('sends only the dry run if nothing changes', async () => {
    const run = await apply([], () => ({ status: 200, body: { revision: 7, changes: [CHANGES[3]] } }));
    expect(run.code).toBe(0);
    expect(run.out).toContain('Nothing to change');
    expect(sent()).toHaveLength(1);
  });

  it.each([
    ['n\n', 1, 1],
    ['', 1, 1],
    ['y\n', 0, 2],
    ['YES\n', 0, 2],
  ])('asks for confirmation on a terminal: %j', async (input, code, calls) => {
    const run = await apply([], undefined, { input, terminal: true });
    expect(run.err).toContain('Apply this? [y/N]');
    expect(run.code).toBe(code);
    expect(sent()).toHaveLength(calls);
  });

  it('prints the line of each field that the hub rejects', async () => {
    const run = await apply([], () => ({
      status: 422,
      body: {
        status: 422,
        detail: 'The configuration was refused; what runs goes on.',
        errors: [
          { field: 'destinations.crm.settings.url', detail: 'has to be https', file },
          { field: 'subscriptions.gone', detail: 'stands nowhere', file },
        ],
      },
    }));
    expect(run.code).toBe(1);
    expect(run.err).toContain(`${file}:9 destinations.crm.settings.url: has to be https`);
    expect(run.err).toContain('subscriptions.gone: stands nowhere');
    expect(run.out).toBe('');
  });

  it('prints local problems before it sends a request', async () => {
    const run = await apply([], undefined, {
      env: { PATCHBAY_URL: 'http://127.0.0.1:9', PATCHBAY_ADMIN_KEY: KEY, PATCHBAY_CONFIG: folder },
    });
    expect(run.code).toBe(1);
    expect(run.err).toContain(`${file}:5 sources.shop.auth.bearer[0]: the environment variable ACME_TOKEN is not set`);
    expect(sent()).toEqual([]);
  });

  it('prints one JSON document with --json and does not ask', async () => {
    const run = await apply(['--json'], undefined, { terminal: true });
    expect(run.err).toBe('');
    expect(JSON.parse(run.out)).toEqual({ revision: 7, changes: CHANGES });
  });
});
