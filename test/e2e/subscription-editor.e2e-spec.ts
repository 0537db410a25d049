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
    mapping: { to: "{{ ${MOBILE_PATH} | e164 }}", body: "You earned {{ data.totalPointsIssued }} points." }
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
          ...{ destinationType: 'twilio-sms', channel: 'sms' },
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
          { field: 'mapping.body', path: 'data.nope', message: expect.stringContaining('was empty in 3 of') },
        ],
      });
    });

    it('applies quiet hours and caps of the draft', async () => {
      const messaging = { quietHours: { from: '00:00', to: '23:59' }, digest: '10m' };
      const { body } = await preview({ draft: { ...draft, messaging }, eventId: eventIds[2] });
      expect(body).toMatchObject({
        timing: {
          outcome: 'later',
          steps: [
            { rule: 'digest', values: { duration: '10m' } },
            { rule: 'quietHours', message: expect.stringMatching(/\+05:30$/) },
          ],
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

  describe('trial of a draft', () => {
    const run = (body: object, role = 'viewer', query = ''): Promise<Answer> =>
      as(role, 'POST', `/brands/acme/trials${query}`, body);

    it('counts what would change compared to the saved subscription, with samples', async () => {
      const changed = {
        ...withBody('Now {{ data.totalPointsIssued }}.'),
        when: { 'data.totalPointsIssued': { $lt: 100 } },
      };
      const { status, body, text } = await run({ draft: changed, last: 50 });
      expect([status, body]).toMatchObject([
        200,
        {
          comparedWith: { name: 'points-sms', version: 1 },
          ...{ events: 3, isComplete: true },
          counts: {
            ...{ newlyMatched: 1, noLongerMatched: 1, changed: 1, unchanged: 0, notMatched: 0, undetermined: 0 },
            ...{ matchedBefore: 2, matchedAfter: 2, cannotBeMade: 0 },
          },
          longestSms: { field: 'body', characters: 7, segments: 1 },
          samples: [
            { eventId: eventIds[2], change: 'noLongerMatched', clause: { operator: '$lt', actual: 120 }, after: null },
            {
              eventId: eventIds[1],
              change: 'changed',
              changed: ['message.body'],
              before: { destination: 'sms', message: { to: '+15005550006', body: 'You earned 60 points.' } },
              after: { destination: 'sms', message: { to: '+15005550006', body: 'Now 60.' }, problems: [] },
            },
            { eventId: eventIds[0], change: 'newlyMatched', clause: { operator: '$gte', actual: 10 }, before: null },
          ],
        },
      ]);
      expect(text).not.toContain(MOBILE);
    });

    it('compares a draft of a new name with nothing, and limits the events', async () => {
      const { body } = await run({ draft: { ...draft, name: 'fresh' }, last: 2 });
      expect(body).toMatchObject({
        ...{ comparedWith: null, events: 2, isComplete: true },
        counts: { newlyMatched: 2, matchedBefore: 0, matchedAfter: 2 },
      });
      expect((await run({ draft, from: '2020-01-01', to: '2020-02-01' })).body).toMatchObject({ events: 0 });
      expect((await run({ draft, last: 1_001 })).status).toBe(400);
      expect((await run({ draft: { ...draft, destination: 'gone' } })).status).toBe(422);
    });

    it('never tells a viewer a personal value, not even by a count', async () => {
      const withFilter = (start: string) => ({ ...draft, when: { [MOBILE_PATH]: { $startsWith: start } } });
      const right = await run({ draft: withFilter('9190') });
      const wrong = await run({ draft: withFilter('9191') });
      expect(right.body).toMatchObject({ counts: { undetermined: 3, matchedBefore: 0, matchedAfter: 0 }, samples: [] });
      expect(wrong.body).toEqual(right.body);
      expect((await run({ draft: withFilter('9190') }, 'viewer', '?reveal=true')).status).toBe(403);
    });

    it('reads personal values in filters for a key with reveal, with an entry in the audit log', async () => {
      const when = { [MOBILE_PATH]: { $startsWith: '9190' } };
      const { body, text } = await run({ draft: { ...draft, when } }, 'reveal', '?reveal=true');
      expect(body).toMatchObject({ counts: { undetermined: 0, newlyMatched: 1, matchedAfter: 3 } });
      expect(text).not.toContain(MOBILE);
      const audit = await hub.admin('GET', '/v1/audit?limit=50');
      expect(at(audit.body, 'data')).toEqual(
        expect.arrayContaining([expect.objectContaining({ action: 'trial.reveal', target: 'acme/points-sms' })]),
      );
    });

    it('counts messages that cannot be made', async () => {
      const { body } = await run({ draft: { ...draft, mapping: { to: '{{ data.none }}', body: 'x' } } });
      expect(body).toMatchObject({ counts: { cannotBeMade: 2, changed: 2 } });
    });
  });

  describe('test message', () => {
    const send = (body: object, role = 'operator', destination = 'sms'): Promise<Answer> =>
      as(role, 'POST', `/brands/acme/destinations/${destination}/test-send`, body);
    const recipient = { phone: '+15005550010' };

    it('sends the message of a draft to the named recipient only, never to the customer', async () => {
      const before = receiver.received.length;
      const { status, body } = await send({ draft, eventId: eventIds[1], recipient });
      expect([status, body]).toMatchObject([
        200,
        {
          ...{ accepted: true, errorKind: null, message: null },
          sent: { to: '+15005550010', body: 'You earned 60 points.' },
          request: { method: 'POST' },
          response: null,
        },
      ]);
      // The mapping of the saved subscription reads the customer's number, so the recipient takes its place.
      expect((await send({ subscription: 'points-sms', eventId: eventIds[1], recipient })).body).toMatchObject({
        ...{ accepted: true, sent: { to: '+15005550010' } },
      });
      const sent = (await receiver.atLeast(before + 2)).slice(before);
      expect(sent.map(({ body: form }) => new URLSearchParams(form).get('To'))).toEqual([
        '+15005550010',
        '+15005550010',
      ]);
      expect(at((await hub.admin('GET', '/v1/brands/acme/deliveries?limit=50')).body, 'data')).toHaveLength(5);
    });

    it('is in the audit log without the address', async () => {
      const { body, text } = await hub.admin('GET', '/v1/audit?limit=50');
      expect(at(body, 'data')).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            action: 'destination.testSend',
            target: 'acme/sms',
            after: expect.objectContaining({ recipient: ['phone'] }),
          }),
        ]),
      );
      expect(text).not.toContain('15005550010');
    });

    it('is refused if the message is for somebody else, invalid, or incomplete', async () => {
      const before = receiver.received.length;
      const message = { to: '+15005550011', body: 'Hi' };
      expect(await send({ message, recipient })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'recipient' }] },
      });
      expect(await send({ message: { body: 'Hi' }, recipient })).toMatchObject({
        ...{ status: 422, body: { errors: [{ field: 'message.to' }] } },
      });
      expect((await send({ message, draft, recipient })).status).toBe(400);
      expect((await send({ message })).status).toBe(400);
      expect((await send({ message, recipient }, 'viewer')).status).toBe(403);
      expect((await send({ draft, eventId: eventIds[1], recipient }, 'operator', 'crm')).status).toBe(400);
      expect(receiver.received).toHaveLength(before);
    });

    it('shows why the vendor refused it, and has its own rate limit', async () => {
      receiver.answer(401);
      const message = { to: '+15005550010', body: 'Hi' };
      const refused = await send({ message, recipient });
      receiver.answer(204);
      expect(refused).toMatchObject({ status: 200, body: { accepted: false, errorKind: 'credentials' } });
      const others: Answer[] = [];
      for (let count = 0; count < 10; count++) others.push(await send({ message, recipient }));
      const statuses = others.map(({ status }) => status);
      expect(statuses).toEqual([...Array.from({ length: 7 }, () => 200), 429, 429, 429]);
      expect(Number(others.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
      const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/sms');
      expect(body).toMatchObject({ paused: false });
    });
  });

  it('lists the filters of mappings', async () => {
    const { status, body } = await as('viewer', 'GET', '/template-filters');
    expect([status, at(body, 'data')]).toMatchObject([
      200,
      expect.arrayContaining([
        { name: 'e164', origin: 'patchbay', description: 'Converts a phone number to E.164.', arguments: 'country?' },
      ]),
    ]);
  });
});
