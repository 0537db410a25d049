import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const MOBILE = '919000000001';
const PERSONAL_PATH = 'data.customerIdentifiers.instore.mobile';

/**
 * Returns a brand file whose subscriptions have different filters. Each subscription is named after the field that its
 * filter reads.
 */
function brandWith(filters: Readonly<Record<string, string>>): string {
  const subscriptions = Object.entries(filters).map(
    ([name, when]) => `
  ${name}:
    source: capillary
    events: ["*"]
    when: ${when}
    destination: crm
    mapping: { body: { mobile: "{{ data.customerIdentifiers.instore.mobile }}", points: "{{ data.totalPointsIssued }}" } }
`,
  );
  return `${acmeBrand()}${subscriptions.join('')}`;
}

const FILTERS = {
  'starts-right': `{ ${PERSONAL_PATH}: { $startsWith: "9190" } }`,
  'starts-wrong': `{ ${PERSONAL_PATH}: { $startsWith: "9191" } }`,
  'not-wrong': `{ $not: { ${PERSONAL_PATH}: { $startsWith: "9191" } } }`,
  'right-and-few': `{ ${PERSONAL_PATH}: { $startsWith: "9190" }, data.totalPointsIssued: { $lt: 50 } }`,
  'wrong-and-few': `{ ${PERSONAL_PATH}: { $startsWith: "9191" }, data.totalPointsIssued: { $lt: 50 } }`,
  many: '{ data.totalPointsIssued: { $gte: 50 } }',
};

describe('a preview', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let eventId: string;
  let withReveal: string;
  let viewer: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: brandWith(FILTERS) }, env: acmeEnv(receiver.url) });
    const { events } = await hub.ingest('acme/capillary', pointsIssued('stored', 70), ACME_AUTH);
    eventId = events[0]?.id ?? '';
    withReveal = await keyOf({ name: 'with reveal', role: 'viewer', reveal: true });
    viewer = await keyOf({ name: 'viewer', role: 'viewer' });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  async function keyOf(body: object): Promise<string> {
    return String(at((await hub.admin('POST', '/v1/keys', body)).body, 'key'));
  }
  const preview = (body: object, key = viewer, query = ''): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/acme/preview${query}`, body, { authorization: `Bearer ${key}` });

  describe('of a stored event', () => {
    it('reveals nothing about a personal value, for any filter', async () => {
      const answers = new Map<string, Answer>();
      for (const subscription of Object.keys(FILTERS)) {
        answers.set(subscription, await preview({ eventId, subscription }));
      }
      const undetermined = { matched: null, reason: expect.stringContaining('Undetermined'), message: { body: {} } };
      for (const name of ['starts-right', 'starts-wrong', 'not-wrong']) {
        expect([name, answers.get(name)?.body]).toMatchObject([
          name,
          { ...undetermined, clause: { path: PERSONAL_PATH, actual: 'hidden: it is personal' } },
        ]);
      }
      const few = { matched: false, clause: { path: 'data.totalPointsIssued', actual: 70 } };
      expect(answers.get('right-and-few')?.body).toMatchObject(few);
      expect(answers.get('wrong-and-few')?.body).toEqual(answers.get('right-and-few')?.body);
      expect(answers.get('many')?.body).toMatchObject({ matched: true, message: { body: { points: 70 } } });
      for (const { text } of answers.values()) expect(text).not.toContain(MOBILE);
    });

    it('uses personal values for a key with reveal, and is audited', async () => {
      const revealed = (subscription: string): Promise<Answer> =>
        preview({ eventId, subscription }, withReveal, '?reveal=true');
      expect((await revealed('starts-right')).body).toMatchObject({
        ...{ matched: true, message: { body: { mobile: expect.stringContaining(MOBILE) } } },
      });
      expect((await revealed('starts-wrong')).body).toMatchObject({ matched: false });
      const audit = await hub.admin('GET', '/v1/audit?limit=50');
      expect(at(audit.body, 'data')).toEqual(
        expect.arrayContaining([expect.objectContaining({ action: 'event.reveal', target: eventId })]),
      );
      expect((await preview({ eventId, subscription: 'many' }, viewer, '?reveal=true')).status).toBe(403);
    });
  });

  it('of an expensive mapping does not delay other requests', async () => {
    const templateString = '{% for i in (1..5000) %}{% assign x = i | times: 3 | plus: 1 %}{% endfor %}{{ x }}';
    const mapping = {
      body: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, templateString])),
    };
    const body = { event: pointsIssued('expensive', 1), mapping, destinationType: 'webhook', source: 'capillary' };
    const order: string[] = [];
    const previews = Array.from({ length: 4 }, async () => {
      // On a busy machine the preview's thread may also reach its time limit, which gives 422.
      expect([200, 422]).toContain((await preview(body)).status);
      order.push('preview');
    });
    const others = async (): Promise<void> => {
      for (let index = 0; index < 50; index++) expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
      order.push('others');
    };
    await Promise.all([...previews, others()]);
    expect(order.at(-1)).toBe('preview');
  });
});
