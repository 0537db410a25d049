import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

describe('the commands that ask the admin API', () => {
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

  it('verify: ends with 0 where the vendor takes the credentials', async () => {
    const passed = await run(['verify', 'acme/sms'], { ok: true });
    expect(passed).toMatchObject({ code: 0, err: '', call: { path: '/v1/brands/acme/destinations/sms/verify' } });
    expect(passed.out).toContain('acme/sms works');
  });

  it('verify: ends with 1 and says what the vendor said', async () => {
    const failed = await run(['verify', 'acme/sms'], { ok: false, message: 'wrong auth token' });
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('acme/sms did not pass: wrong auth token');
  });

  it('preview: shows the message', async () => {
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

  it('preview: asks for a step of the fallback and for a language', async () => {
    const answer = { matched: true, message: { body: 'أهلاً' }, problems: [] };
    const shown = await run(['preview', 'acme/points-sms', '-', '--step', '2', '--locale', 'ar'], answer, '{}');
    expect(JSON.parse(shown.call?.body ?? '')).toEqual({
      event: {},
      subscription: 'points-sms',
      step: 2,
      locale: 'ar',
    });
  });

  it('preview: takes no step that a fallback cannot have', async () => {
    const wrong = await run(['preview', 'acme/points-sms', '-', '--step', 'two'], {}, '{}');
    expect([wrong.code, wrong.call]).toEqual([2, undefined]);
    expect(wrong.err).toContain('Allowed choices are 1, 2, 3, 4, 5');
  });

  it('preview: says that an event is not wanted, which is no failure', async () => {
    const shown = await run(['preview', 'acme/points-sms', '-'], { matched: false }, '{}');
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('does not match');
  });

  it('preview: ends with 1 where the message is not valid', async () => {
    const problems = [{ field: 'to', message: 'has to be in E.164' }];
    const shown = await run(['preview', 'acme/points-sms', '-'], { matched: true, message: {}, problems }, '{}');
    expect(shown.code).toBe(1);
    expect(shown.err).toContain('to: has to be in E.164');
  });

  it('preview: takes JSON only', async () => {
    const shown = await run(['preview', 'acme/points-sms', '-'], {}, 'pointsIssued');
    expect(shown.code).toBe(1);
    expect(shown.err).toContain('Standard input is not JSON');
  });

  it('rotate-callback: shows the new URL and how long the one before is valid', async () => {
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

  it('deliveries: lists them with what became of them', async () => {
    const data = [
      {
        id: 'd-1',
        eventType: 'pointsIssued',
        subscription: 's',
        destination: 'sms',
        status: 'dead',
        reason: 'rejected',
      },
      { id: 'd-2', eventType: 'x', subscription: 's', destination: 'crm', status: 'succeeded', reason: null },
    ];
    const shown = await run(['deliveries', 'acme', '--status', 'dead', '--limit', '5'], { data, nextCursor: null });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.call?.path).toBe('/v1/brands/acme/deliveries?status=dead&limit=5');
    expect(shown.out.split('\n')[1]).toMatch(/^d-1 +pointsIssued +s +sms +dead +rejected$/);
  });

  it('keeps control characters of others away from the terminal', async () => {
    const shown = await run(['deliveries', 'acme'], { data: [{ id: 'd-1', eventType: '\u001b[2Jpwn\u0007\nx' }] });
    expect(shown.out).not.toMatch(/[^\P{Cc}\n]/u);
    expect(shown.out.trim().split('\n')).toHaveLength(2);
  });

  it.each([
    [['deliveries', 'acme', '--json'], { data: [], nextCursor: null }],
    [['verify', 'acme/sms', '--json'], { ok: true }],
  ])('answers with the document of the hub: %j', async (args, body) => {
    const shown = await run(args, body);
    expect(JSON.parse(shown.out)).toEqual(body);
  });
});
