import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const MOBILE = '919000000001';
const TOKEN = 'invented-vendor-token';
const SID = `AC${'0'.repeat(32)}`;
const MOBILE_PATH = 'data.customerIdentifiers.instore.mobile';

/** Returns the brand `acme` with an SMS destination at a local vendor, and a subscription for SMS. */
function brandWithSms(vendorUrl: string): string {
  const [before, subscriptions] = acmeBrand().split('subscriptions:');
  return `${before}  sms:
    type: twilio-sms
    credentials: { accountSid: ${SID}, authToken: "\${env:SMS_TOKEN}" }
    settings: { from: "+15005550006", baseUrl: "${vendorUrl}" }
messaging: { caps: { sms: { max: 3, per: 1d } } }
subscriptions:${subscriptions ?? ''}
  points-sms:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: sms
    mapping: { to: "+{{ ${MOBILE_PATH} }}", body: "You earned {{ data.totalPointsIssued }} points." }
`;
}

const draft = {
  name: 'points-sms',
  source: 'capillary',
  events: ['pointsIssued'],
  when: { 'data.totalPointsIssued': { $gte: 50 } },
  destination: 'sms',
  mapping: { to: '{{ recipient.phone | e164 }}', body: 'You earned {{ data.totalPointsIssued }} points.' },
};
const withBody = (body: string): object => ({ ...draft, mapping: { ...draft.mapping, body } });

describe('the subscription editor', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let eventIds: readonly string[];
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    receiver = await startReceiver();
    const vendorUrl = new URL(receiver.url).origin;
    hub = await startTestHub({
      brands: { acme: brandWithSms(vendorUrl) },
      env: { ...acmeEnv(receiver.url), SMS_TOKEN: TOKEN },
    });
    expect(hub.log.filter((line) => line.includes('brand file refused'))).toEqual([]);
    for (const role of ['viewer', 'operator'] as const) {
      keys[role] = String(at((await hub.admin('POST', '/v1/keys', { name: role, role })).body, 'key'));
    }
    const reveal = { name: 'with reveal', role: 'viewer', reveal: true };
    keys['reveal'] = String(at((await hub.admin('POST', '/v1/keys', reveal)).body, 'key'));
    const ids: string[] = [];
    for (const points of [10, 60, 120]) {
      const { events } = await hub.ingest('acme/capillary', pointsIssued(`stored-${points}`, points), ACME_AUTH);
      ids.push(events[0]?.id ?? '');
    }
    eventIds = ids;
    // 3 webhooks, and 2 SMS for the events of at least 50 points.
    await receiver.atLeast(5);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  const as = (role: string, method: string, path: string, body?: object): Promise<Answer> =>
    hub.admin(method, `/v1${path}`, body, { authorization: `Bearer ${keys[role] ?? ''}` });
  const preview = (body: object): Promise<Answer> => as('viewer', 'POST', '/brands/acme/preview', body);

  describe('preview of a draft', () => {
    it('shows the message, its segments, the request and the timing, and sends nothing', async () => {
      const before = receiver.received.length;
      const { status, body, text } = await preview({ draft, eventId: eventIds[2] });
      expect([status, body]).toMatchObject([
        200,
        {
          ...{ matched: true, reason: null, clause: null, problems: [], warnings: [] },
          message: { to: '+15005550006', body: 'You earned 120 points.' },
          ...{ destinationType: 'twilio-sms', category: 'sms' },
          segments: { field: 'body', encoding: 'gsm7', characters: 22, segments: 1, perSegment: 160 },
          request: {
            method: 'POST',
            url: expect.stringMatching(/\/2010-04-01\/Accounts\/AC0+\/Messages\.json$/),
            headers: { authorization: '••••', 'content-type': 'application/x-www-form-urlencoded' },
            body: expect.stringContaining('Body=You+earned+120+points.'),
          },
          requestNote: null,
          timing: { outcome: 'now', steps: [] },
        },
      ]);
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(MOBILE);
      expect(receiver.received).toHaveLength(before);
    });

    it('shows the message of an event that the filter does not match, with the clause', async () => {
      const { body } = await preview({ draft, eventId: eventIds[0] });
      expect(body).toMatchObject({
        matched: false,
        clause: { path: 'data.totalPointsIssued', operator: '$gte', expected: 50, actual: 10 },
        message: { body: 'You earned 10 points.' },
      });
    });

    it.each([
      ['a'.repeat(160), { encoding: 'gsm7', characters: 160, segments: 1 }],
      ['a'.repeat(161), { encoding: 'gsm7', characters: 161, segments: 2 }],
      ['ع'.repeat(70), { encoding: 'ucs2', characters: 70, segments: 1 }],
      ['ع'.repeat(71), { encoding: 'ucs2', characters: 71, segments: 2 }],
      ['€', { encoding: 'gsm7', characters: 2, segments: 1 }],
    ])('counts the segments of the rendered text, case %#', async (text, segments) => {
      expect((await preview({ draft: withBody(text), event: pointsIssued('x', 60) })).body).toMatchObject({ segments });
    });

    it('warns of paths that do not exist', async () => {
      const when = { 'data.totalPointIssued': { $exists: false } };
      const { body } = await preview({ draft: { ...withBody('Hi {{ data.nope }}'), when }, eventId: eventIds[2] });
      expect(body).toMatchObject({
        matched: true,
        warnings: [
          { field: 'when.data.totalPointIssued', suggestion: 'data.totalPointsIssued' },
          { field: 'mapping.body', path: 'data.nope', message: expect.stringContaining('is not in pointsIssued') },
        ],
      });
    });

    it('applies quiet hours and caps of the draft', async () => {
      const messaging = { quietHours: { from: '00:00', to: '23:59' }, digest: '10m' };
      const { body } = await preview({ draft: { ...draft, messaging }, eventId: eventIds[2] });
      expect(body).toMatchObject({
        timing: {
          outcome: 'later',
          steps: [{ rule: 'digest' }, { rule: 'quietHours', message: expect.stringMatching(/\+05:30$/) }],
        },
      });
    });

    it('names every invalid field', async () => {
      const wrong = { ...withBody('Hi {{ data.x | nofilter }}'), destination: 'gone' };
      const { status, body } = await preview({ draft: wrong, eventId: eventIds[2] });
      expect([status, at(body, 'errors')]).toMatchObject([
        422,
        expect.arrayContaining([
          expect.objectContaining({ field: 'draft.destination' }),
          expect.objectContaining({
            field: 'draft.mapping.body',
            detail: expect.stringContaining('no filter "nofilter"'),
          }),
        ]),
      ]);
      expect((await preview({ draft, subscription: 'points-sms', eventId: eventIds[2] })).status).toBe(400);
    });
  });
});
