import { until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../../e2e/support/acme.js';
import type { Receiver } from '../../e2e/support/receiver.js';
import { at, type TestHub } from '../../e2e/support/test-hub.js';

/** Page of which a picture is taken. */
export interface PicturedPage {
  readonly name: string;
  /** Path without `/console`. */
  readonly path: string;
  /** Selector of an element that shows that the page is complete. */
  readonly complete: string;
}

const DESTINATIONS = {
  sms: {
    type: 'twilio-sms',
    credentials: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a'.repeat(32) },
    settings: { from: '+15005550006' },
  },
  mail: {
    type: 'sendgrid-email',
    credentials: { apiKey: 'SG.invented' },
    settings: { from: 'hello@acme.example' },
  },
  push: {
    type: 'fcm-push',
    credentials: { serviceAccount: '{"client_email":"a@acme.example","private_key":"none"}' },
    settings: { projectId: 'acme' },
  },
};

const POINTS = '{{ data.totalPointsIssued }}';
/** Message of a subscription for each of {@link DESTINATIONS}. */
const MAPPINGS: Record<keyof typeof DESTINATIONS, object> = {
  sms: { to: '+15005550010', body: `You earned ${POINTS} points.` },
  mail: { to: 'ada@acme.example', subject: 'Your points', html: `<h1>Hello</h1><p>${POINTS} points.</p>` },
  push: { token: 'invented-device-token', title: 'Points', body: `You earned ${POINTS} points.` },
};

/** Creates the brand `acme` in a hub, with delivered and failed messages at a receiver. Returns its pictured pages. */
export async function pagesOfPicturedBrand(hub: TestHub, receiver: Receiver): Promise<readonly PicturedPage[]> {
  const make = async (path: string, body: object): Promise<unknown> => {
    const answer = await hub.admin('POST', `/v1/brands${path}`, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  };
  const newest = async (list: string, filter = ''): Promise<string | undefined> => {
    const id = at((await hub.admin('GET', `/v1/brands/acme/${list}?limit=1${filter}`)).body, 'data.0.id');
    return typeof id === 'string' ? id : undefined;
  };
  await make('', { name: 'acme', timezone: 'Asia/Kolkata' });
  const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
  await make('/acme/sources', { name: 'capillary', adapter: 'capillary', auth });
  const crm = { type: 'webhook', credentials: { bearer: 'invented-bearer-token' }, settings: { url: receiver.url } };
  const mappings = { crm: { body: { id: '{{ event.id }}' } }, ...MAPPINGS };
  for (const [name, destination] of Object.entries({ crm, ...DESTINATIONS }))
    await make('/acme/destinations', { name, ...destination });
  for (const name of Object.keys(DESTINATIONS))
    await make(`/acme/destinations/${name}/pause`, { reason: 'for a picture' });
  for (const [name, mapping] of Object.entries(mappings)) {
    const events = { source: 'capillary', events: ['pointsIssued'] };
    await make('/acme/subscriptions', { name, ...events, destination: name, mapping });
  }
  for (let index = 0; index < 12; index += 1) {
    receiver.answer(index % 4 === 3 ? 400 : 204);
    await hub.ingest('acme/capillary', pointsIssued(`event-${index}`, 100 * index), ACME_AUTH);
    await receiver.atLeast(index + 1);
  }
  receiver.answer(204);
  const failed = await until(() => newest('deliveries', '&destination=crm&status=dead'), {
    what: 'a failed delivery',
    timeoutMs: 60_000,
  });
  const filter = { destination: 'crm', status: 'dead' };
  const made = await make('/acme/replays', { filter, mapping: 'current' });
  const replay = String(at(made, 'replay.id'));
  const hasEnded = async (): Promise<boolean> =>
    at((await hub.admin('GET', `/v1/brands/acme/replays/${replay}`)).body, 'state') === 'done';
  await until(hasEnded, { what: 'the end of the replay', timeoutMs: 60_000 });
  const page = (name: string, path: string, complete: string): PicturedPage => ({
    name,
    path: `/b/acme${path}`,
    complete,
  });
  return [
    page('overview', '', 'main table'),
    ...Object.keys(MAPPINGS).map((name) => page(name, `/subscriptions/${name}`, '[data-testid="preview"]')),
    page('event', `/events/${String(await newest('events'))}`, '[data-subscription]'),
    page('delivery', `/deliveries/${failed}`, 'main :is(ol, table)'),
    page('destination', '/destinations/crm', 'main dl'),
    page('replay', `/replays/${replay}`, '[data-created]'),
  ];
}
