import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

describe('commands that call the admin API', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  async function run(args: readonly string[], body: unknown, input?: string): Promise<CliRun & { call?: HubCall }> {
    hub = await startFakeHub(() => ({ status: 200, body }));
    const env = { PATCHBAY_URL: `${hub.url}/`, PATCHBAY_ADMIN_KEY: KEY };
    const done = await runCli(args, { env, ...(input === undefined ? {} : { input }) });
    return { ...done, ...(hub.calls[0] === undefined ? {} : { call: hub.calls[0] }) };
  }

  it('console: prints a link whose token is not sent to any server', async () => {
    const shown = await run(['console'], { token: 'one-time', expiresAt: '2026-11-30T08:30:00.000Z' });
    expect(shown).toMatchObject({ code: 0, err: '', call: { method: 'POST', path: '/v1/session/links' } });
    const [link, note] = shown.out.split('\n');
    expect(link).toBe(`${hub?.url ?? ''}/console/sign-in#token=one-time`);
    expect(note).toContain('valid once, until 2026-11-30T08:30:00.000Z');
  });

  it('verify: exits with 0 if the vendor accepts the credentials', async () => {
    const passed = await run(['verify', 'acme/sms'], { ok: true });
    expect(passed).toMatchObject({ code: 0, err: '', call: { path: '/v1/brands/acme/destinations/sms/verify' } });
    expect(passed.out).toContain('acme/sms works');
  });

  it('verify: exits with 1 and prints the message of the vendor', async () => {
    const failed = await run(['verify', 'acme/sms'], { ok: false, message: 'wrong auth token' });
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('Verification of acme/sms failed: wrong auth token');
  });

  it('verify: prints the warnings about settings', async () => {
    const passed = await run(['verify', 'acme/sms'], { ok: true, warnings: ['settings.from: not offered'] });
    expect(passed.out).toContain('warning  settings.from: not offered');
  });

  it('choices: prints the values that the vendor offers', async () => {
    const data = [
      { value: 'MG1', label: 'Loyalty' },
      { value: 'MG2', label: null },
    ];
    const shown = await run(['choices', 'acme/sms', 'from'], { ok: true, message: null, data });
    const path = '/v1/brands/acme/destinations/sms/choices/from';
    expect(shown).toMatchObject({ code: 0, err: '', out: 'MG1  Loyalty\nMG2\n', call: { method: 'POST', path } });
  });

  it('choices: exits with 1 and prints the cause', async () => {
    const failed = await run(['choices', 'acme/sms', 'from'], { ok: false, message: 'wrong auth token', data: [] });
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('the values of from: wrong auth token')]);
  });

  it('destination connect: prints the page of the vendor', async () => {
    const authorizeUrl = 'https://login.vendor.test/authorize?state=x';
    const answer = { authorizeUrl, expiresAt: '2026-11-30T08:10:00.000Z' };
    const shown = await run(['destination', 'connect', 'acme/crm'], answer);
    const path = '/v1/brands/acme/destinations/crm/oauth/connect';
    expect(shown).toMatchObject({ code: 0, err: '', call: { method: 'POST', path } });
    expect(shown.out).toContain(`until 2026-11-30T08:10:00.000Z:\n  ${authorizeUrl}\n`);
  });

  it('destination disconnect: deletes the tokens', async () => {
    const shown = await run(['destination', 'disconnect', 'acme/crm'], {});
    const path = '/v1/brands/acme/destinations/crm/oauth';
    expect(shown).toMatchObject({ code: 0, err: '', call: { method: 'DELETE', path } });
    expect(shown.out).toContain('Disconnected: acme/crm.');
  });

  it('preview: prints the message', async () => {
    const shown = await run(
      ['preview', 'acme/points-sms', '-'],
      { matched: true, message: { to: '+919000000001', body: 'Hello' }, problems: [] },
      '{"eventName":"pointsIssued"}',
    );
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('"body": "Hello"');
    expect(JSON.parse(shown.call?.body ?? '')).toEqual({
      event: { eventName: 'pointsIssued' },
      subscription: 'points-sms',
    });
  });

  it('preview: sends the fallback step and the language', async () => {
    const answer = { matched: true, message: { body: 'أهلاً' }, problems: [] };
    const shown = await run(['preview', 'acme/points-sms', '-', '--step', '2', '--locale', 'ar'], answer, '{}');
    expect(JSON.parse(shown.call?.body ?? '')).toEqual({
      event: {},
      subscription: 'points-sms',
      step: 2,
      locale: 'ar',
    });
  });

  it('preview: rejects a step number that a fallback cannot have', async () => {
    const wrong = await run(['preview', 'acme/points-sms', '-', '--step', 'two'], {}, '{}');
    expect([wrong.code, wrong.call]).toEqual([2, undefined]);
    expect(wrong.err).toContain('Allowed choices are 1, 2, 3, 4, 5');
  });

  it('preview: exits with 0 if the subscription does not match the event', async () => {
    const shown = await run(['preview', 'acme/points-sms', '-'], { matched: false }, '{}');
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('does not match');
  });

  it('preview: exits with 1 if the message is invalid', async () => {
    const problems = [{ field: 'to', message: 'has to be in E.164' }];
    const shown = await run(['preview', 'acme/points-sms', '-'], { matched: true, message: {}, problems }, '{}');
    expect(shown.code).toBe(1);
    expect(shown.err).toContain('to: has to be in E.164');
  });

  it('preview: rejects input that is not JSON', async () => {
    const shown = await run(['preview', 'acme/points-sms', '-'], {}, 'pointsIssued');
    expect(shown.code).toBe(1);
    expect(shown.err).toContain('Standard input is not valid JSON');
  });

  it('rotate-callback: prints the new URL and the expiry of the previous URL', async () => {
    const callbackUrl = 'https://hub.example.com/v1/callbacks/d1/t2';
    const shown = await run(['rotate-callback', 'acme/sms'], {
      callbackUrl,
      previousValidUntil: '2026-12-07T08:00:00Z',
    });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.call?.path).toBe('/v1/brands/acme/destinations/sms/rotate-callback');
    expect(shown.out).toContain(callbackUrl);
    expect(shown.out).toContain('valid until 2026-12-07T08:00:00Z');
  });

  it('pause: sends end and reason, and prints the end', async () => {
    const args = ['pause', 'acme/sms', '--until', '2026-01-31T08:00:00Z', '--reason', 'vendor moves'];
    const paused = await run(args, { paused: true, pausedUntil: '2026-01-31T08:00:00.000Z' });
    expect(paused).toMatchObject({ code: 0, err: '', call: { path: '/v1/brands/acme/destinations/sms/pause' } });
    expect(JSON.parse(paused.call?.body ?? '')).toEqual({ until: '2026-01-31T08:00:00Z', reason: 'vendor moves' });
    expect(paused.out).toContain('Until 2026-01-31T08:00:00.000Z.');
    await hub?.stop();
    const open = await run(['pause', 'acme/sms'], { paused: true, pausedUntil: null });
    expect(open.out).toContain('Run `patchbay resume acme/sms` to end the pause.');
  });

  it('resume: ends the pause', async () => {
    const resumed = await run(['resume', 'acme/sms'], { paused: false });
    expect(resumed).toMatchObject({ code: 0, err: '', call: { path: '/v1/brands/acme/destinations/sms/resume' } });
  });

  it('failures: lists causes with their number and an example', async () => {
    const example = { deliveryId: 'd-1', message: 'Twilio: not a phone number' };
    const group = {
      destination: 'sms',
      status: 'dead',
      errorKind: 'rejected',
      vendorCode: '21211',
      count: 24,
      example,
    };
    const shown = await run(['failures', 'acme', '--destination', 'sms'], { data: [group], countIsExact: false });
    expect(shown.call?.path).toBe('/v1/brands/acme/failures?destination=sms');
    for (const text of ['24', 'rejected 21211', 'd-1', 'not a phone number', 'Only the newest']) {
      expect(shown.out).toContain(text);
    }
    expect(shown.out).not.toContain('--stage');
    await hub?.stop();
    expect((await run(['failures', 'acme'], { data: [{ ...group, destination: null }] })).out).toContain(
      '--stage routing',
    );
  });

  it('explain: shows what each subscription did and why, without those that take other event types', async () => {
    const subscriptions = [
      { name: 'points-sms', outcome: 'matched', explanation: 'Not sent: cap.', until: null },
      { name: 'night', outcome: 'matched', explanation: 'Waiting: quiet hours.', until: '2026-01-31T08:00:00Z' },
      {
        ...{ name: 'held', outcome: 'matched', explanation: 'On hold: the lookup is paused.' },
        ...{ until: '2026-01-31T09:00:00Z', delivery: { explanationCode: 'lookupPaused' } },
      },
      { name: 'tiers', outcome: 'eventType', explanation: 'Takes tierUpgraded.', until: null },
    ];
    const data = [{ id: 'e-1', type: 'pointsIssued', receivedAt: '2026-01-31T07:00:00Z', subscriptions }];
    const shown = await run(['explain', 'acme', '+1500/7', '--limit', '5'], { data, nextCursor: null });
    expect(shown.call?.path).toBe('/v1/brands/acme/customers/%2B1500%2F7/timeline?limit=5');
    expect(shown.out).toContain('points-sms: Not sent: cap.');
    expect(shown.out).toContain('Next attempt: 2026-01-31T08:00:00Z.');
    expect(shown.out).not.toContain('2026-01-31T09:00:00Z');
    expect(shown.out).not.toContain('tiers');
  });

  it('explain: shows one event by its id', async () => {
    const id = '019ab4d1-7c40-7f00-8a1b-2c3d4e5f6a7b';
    const subscriptions = [
      { name: 's', outcome: 'matched', explanation: 'Sent.', until: null, delivery: { direct: true } },
      {
        ...{ name: 't', outcome: 'matched', explanation: 'Sent.', until: null },
        delivery: { direct: false, batch: { id: 'b-1', item: 12, size: 75 } },
      },
    ];
    const origin = { kind: 'logCheck', id: 'c-1', recovered: true };
    const event = { id, type: 'pointsIssued', receivedAt: '2026-01-31T07:00:00Z', subscriptions, origin };
    const shown = await run(['explain', 'acme', id], event);
    expect(shown.call?.path).toBe(`/v1/brands/acme/events/${id}`);
    expect(shown.out).toContain(`pointsIssued  ${id}  (recovered from Capillary's log)`);
    expect(shown.out).toContain('s: Sent. Sent from memory.');
    expect(shown.out).toContain('t: Sent. Sent as item 12 of 75 in batch b-1.');
  });

  it('events: lists events by a filter', async () => {
    const data = [{ id: 'e-1', type: 'pointsIssued', source: 'capillary', customerId: '7', status: 'accepted' }];
    const shown = await run(['events', 'acme', '--customer', '7', '--limit', '3'], { data });
    expect(shown.call?.path).toBe('/v1/brands/acme/events?customer=7&limit=3');
    expect(shown.out.split('\n')[1]).toMatch(/^e-1 +pointsIssued +capillary +7 +accepted/);
  });

  it('deliveries show: prints the explanation and the attempts', async () => {
    const attempts = [
      { number: 1, startedAt: 't', outcome: 'transient', direct: true },
      { number: 2, startedAt: 't', outcome: 'rejected', vendorCode: '21211', message: 'no number', direct: false },
      { number: 3, startedAt: 't', outcome: 'accepted', direct: false, batch: { id: 'b-1', item: 12, size: 75 } },
    ];
    const state = { status: 'succeeded', vendorStatus: 'undelivered' };
    const delivery = { id: 'd-1', ...state, explanation: 'Failed: rejected (21211).', destination: 'sms', attempts };
    const shown = await run(['deliveries', 'show', 'acme', 'd-1'], delivery);
    expect(shown.call?.path).toBe('/v1/brands/acme/deliveries/d-1');
    expect(shown.out).toContain('Failed: rejected (21211).');
    expect(shown.out).toMatch(/^status: +succeeded · undelivered$/m);
    expect(shown.out).toMatch(/1 +t +memory +transient/);
    expect(shown.out).toMatch(/2 +t +claim +rejected +21211 +no number/);
    expect(shown.out).toMatch(/3 +t +item 12 of 75 in batch b-1 +accepted/);
    await hub?.stop();
    expect(JSON.parse((await run(['deliveries', 'show', 'acme', 'd-1', '--json'], delivery)).out)).toEqual(delivery);
  });

  it('redeliver: sends a delivery again, also one that succeeded', async () => {
    const done = await run(['redeliver', 'acme', 'd-1', '--force'], { id: 'd-2' });
    expect(done.call).toMatchObject({ method: 'POST', path: '/v1/brands/acme/deliveries/d-1/redeliver?force=true' });
    expect(done.out).toContain('d-2');
  });

  it('audit: lists entries', async () => {
    const data = [{ at: 't', actor: { name: 'ci' }, action: 'key.create', brand: null, target: 'k' }];
    const shown = await run(['audit', '--actor', 'ci'], { data });
    expect(shown.call?.path).toBe('/v1/audit?actor=ci&limit=20');
    expect(shown.out.split('\n')[1]).toMatch(/^t +ci +key.create +k/);
  });

  it('preview: takes a stored event, and refuses two events or none', async () => {
    const shown = await run(['preview', 'acme/s', '--event-id', 'e-1'], { matched: true, message: {}, problems: [] });
    expect(JSON.parse(shown.call?.body ?? '')).toEqual({ eventId: 'e-1', subscription: 's' });
    await hub?.stop();
    expect(await run(['preview', 'acme/s'], {})).toMatchObject({ code: 2 });
    await hub?.stop();
    expect(await run(['preview', 'acme/s', '-', '--event-id', 'e-1'], {}, '{}')).toMatchObject({ code: 2 });
  });

  it('refuses an empty PATCHBAY_ADMIN_KEY, and prints its version', async () => {
    const refused = await runCli(['audit'], { env: { PATCHBAY_URL: 'http://127.0.0.1:1', PATCHBAY_ADMIN_KEY: ' ' } });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('PATCHBAY_ADMIN_KEY is set, but empty') });
    expect((await runCli(['--version'], { env: {} })).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('lookup: shows what an id belongs to', async () => {
    const data = [{ kind: 'delivery', matchedBy: 'externalId', id: 'd-1', label: 'points to sms, dead', at: null }];
    const shown = await run(['lookup', 'acme', 'SM 1'], { data, complete: true });
    expect(shown.call?.path).toContain('/v1/brands/acme/lookup?id=SM');
    expect(shown.out).toContain('externalId');
    await hub?.stop();
    expect((await run(['lookup', 'acme', 'x'], { data: [], complete: false })).out).toContain('Nothing in this brand');
  });

  it('deliveries: lists deliveries with their time, customer, statuses and reason in words', async () => {
    const common = {
      eventType: 'x',
      subscription: 's',
      destination: 'sms',
      customerId: '7',
      createdAt: '2026-01-31T08',
    };
    const explanation = 'Sent, but the vendor reports: undelivered.';
    const data = [
      { ...common, id: 'd-1', status: 'succeeded', vendorStatus: 'undelivered', explanation },
      {
        ...common,
        id: 'd-2',
        status: 'scheduled',
        vendorStatus: null,
        explanation: 'Waiting to be sent.',
        dueAt: 'noon',
      },
      {
        ...common,
        id: 'd-3',
        status: 'scheduled',
        vendorStatus: null,
        explanation: 'On hold: the lookup is paused.',
        explanationCode: 'lookupPaused',
        dueAt: 'noon',
      },
    ];
    const args = ['--vendor-status', 'undelivered', '--customer', '7', '--lookup', 'l', '--limit', '5'];
    const shown = await run(['deliveries', 'acme', ...args], { data, nextCursor: null });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.call?.path).toBe('/v1/brands/acme/deliveries?vendorStatus=undelivered&customer=7&lookup=l&limit=5');
    const [, first, second, third] = shown.out.split('\n');
    expect(first).toMatch(/^d-1 +2026-01-31T08 +7 +x +s +sms +succeeded · undelivered +Sent, but the vendor reports/);
    expect(second).toMatch(/scheduled +Waiting to be sent\. Next attempt: noon\.$/);
    expect(third).toMatch(/scheduled +On hold: the lookup is paused\.$/);
  });

  it('destinations: lists the destinations with their state and its reason', async () => {
    const health = { circuitBreaker: 'closed', failingSince: null };
    const common = { type: 'acme-sms', paused: false, disabled: false, pausedReason: null, pausedUntil: null, health };
    const open = { circuitBreaker: 'open', failingSince: '2026-01-31T08:00:00.000Z' };
    const data = [
      { ...common, name: 'fine' },
      { ...common, name: 'gone', paused: true, disabled: true, pausedReason: 'Disabled by apply.' },
      { ...common, name: 'held', paused: true, pausedReason: 'holidays' },
      { ...common, name: 'down', health: open },
    ];
    const shown = await run(['destinations', 'acme'], { data, nextCursor: null });
    expect(shown.call?.path).toBe('/v1/brands/acme/destinations?limit=200');
    expect(shown.out.trim().split('\n').slice(1)).toEqual([
      expect.stringMatching(/^fine +acme-sms +healthy$/),
      expect.stringMatching(/^gone +acme-sms +disabled +Disabled by apply\.$/),
      expect.stringMatching(/^held +acme-sms +paused +holidays$/),
      expect.stringMatching(/^down +acme-sms +blocked +Every call since 2026-01-31T08:00:00\.000Z failed\.$/),
    ]);
  });

  it('removes control characters of foreign text from the output', async () => {
    const shown = await run(['deliveries', 'acme'], { data: [{ id: 'd-1', eventType: '\u001b[2Jpwn\u0007\nx' }] });
    expect(shown.out).not.toMatch(/[^\P{Cc}\n]/u);
    expect(shown.out.trim().split('\n')).toHaveLength(2);
  });

  it.each([
    [['deliveries', 'acme', '--json'], { data: [], nextCursor: null }],
    [['verify', 'acme/sms', '--json'], { ok: true }],
  ])('prints the response of the hub as JSON: %j', async (args, body) => {
    const shown = await run(args, body);
    expect(JSON.parse(shown.out)).toEqual(body);
  });
});
