import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { searchDatabase } from './support/search-database.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const PLANTED = ['919812345670', 'asha.planted@example.com', 'Planted-Firstname', 'planted-custom-value'];
const CREDENTIALS = ['invented-bearer-token', ACME_AUTH['x-acme-token']];
const CONTROL = 'control-event-id-1';

const event = {
  ...pointsIssued(CONTROL, 80, {
    customerIdentifiers: {
      customerId: 700100200,
      instore: { mobile: PLANTED[0], email: PLANTED[1], firstname: PLANTED[2] },
    },
    customFields: { nickname: PLANTED[3] },
  }),
};
/** Body that is not valid JSON. Neither privacy mode can remove personal values from such an unreadable body. */
const unreadable = `{"eventName":"pointsIssued","mobile":"${PLANTED[0]}"`;

describe.each([
  { privacy: 'standard', phone: `+${PLANTED[0]}` },
  { privacy: 'pii-less', phone: null },
])('personal data of a brand with privacy: $privacy', ({ privacy, phone }) => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    const mapping =
      phone === null
        ? '{ body: { points: "{{ data.totalPointsIssued }}" } }'
        : '{ body: { points: "{{ data.totalPointsIssued }}", phone: "{{ recipient.phone }}" } }';
    hub = await startTestHub({ brands: { acme: acmeBrand({ privacy, mapping }) }, env: acmeEnv(receiver.url) });
    receiver.answer(400);
    await hub.ingest('acme/capillary', event, ACME_AUTH);
    await hub.ingest('acme/capillary', unreadable, ACME_AUTH);
    await receiver.atLeast(1);
    await until(
      async () => at((await hub.admin('GET', '/v1/brands/acme/deliveries')).body, 'data.0.status') === 'dead',
      { what: 'the delivery to have ended' },
    );
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  it('reaches the destination only if the mode stores it', () => {
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({ points: 80, ...(phone === null ? {} : { phone }) });
  });

  it('is not in the database, nor are credentials; kept values are', async () => {
    expect(await searchDatabase(hub.databaseUrl, [CONTROL])).not.toEqual([]);
    expect(await searchDatabase(hub.databaseUrl, [...PLANTED, ...CREDENTIALS])).toEqual([]);
  });

  it('is in no log line and in no API response', async () => {
    const { body } = await hub.admin('GET', '/v1/brands/acme/events');
    const paths = ['/v1/brands/acme', '/v1/brands/acme/destinations', '/v1/brands/acme/deliveries', '/v1/stats'];
    const events = at(body, 'data') as { id: string }[];
    expect(events).toHaveLength(2);
    const answers = await Promise.all(
      [...paths, ...events.map(({ id }) => `/v1/brands/acme/events/${id}`)].map((path) => hub.admin('GET', path)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const told = [...hub.log, ...answers.map(({ text }) => text)].join('\n');
    for (const secret of [...PLANTED, ...CREDENTIALS]) expect(told).not.toContain(secret);
  });
});

it('refuses a mapping that reads a path that pii-less removes, with the path', async () => {
  const mapping = '{ body: { name: "{{ data.customerIdentifiers.instore.mobile }}" } }';
  const hub = await startTestHub({
    brands: { acme: acmeBrand({ privacy: 'pii-less', mapping }) },
    env: acmeEnv('http://127.0.0.1:9/'),
  });
  try {
    expect(hub.log.join('')).toMatch(/acme\.yaml:\d+.*data\.customerIdentifiers\.instore\.mobile/);
    expect((await hub.ingest('acme/capillary', event, ACME_AUTH)).status).toBe(401);
  } finally {
    await hub.close();
  }
});
