import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { callAs, makeKey } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const MOBILE = '919000000001';
const MOBILE_PATH = 'data.customerIdentifiers.instore.mobile';
const CUSTOMER = '700100200';

/** Returns a brand whose names begin with the name of the brand. */
const brandFile = (brand: string): string => `
brand: ${brand}
sources:
  ${brand}-source: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:TOKEN}"] } } }
destinations:
  ${brand}-crm: { type: webhook, credentials: { bearer: "\${env:TOKEN}" }, settings: { url: "\${env:CRM_URL}" } }
  ${brand}-sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:TOKEN}" } }
    settings:
      request:
        url: "\${env:CRM_URL}"
        headers: { x-recipient: "{{ to }}" }
        json: { to: "{{ to }}", text: "{{ body }}" }
subscriptions:
  ${brand}-points:
    source: ${brand}-source
    events: [pointsIssued]
    destination: ${brand}-crm
    mapping: { body: { id: "{{ event.id }}" } }
`;

/** Connection that reads live notices. */
interface Connection {
  readonly socket: Socket;
  readonly text: () => string;
}

/** Returns an object that is nested to the given depth. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** Removes what differs between two previews of the same message: ids and times of the request. */
const withoutTimes = (text: string): string =>
  text.replace(/"webhook-(id|timestamp)":"[^"]*"/g, '').replace(/"at":"[^"]*"/g, '');

describe('a hostile key of another brand', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let acmeEventId: string;
  let acmeDeliveryId: string;
  let globexEventId: string;
  let operator: string;
  let viewer: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: brandFile('acme'), globex: brandFile('globex') },
      env: { TOKEN: ACME_TOKEN, CRM_URL: receiver.url },
    });
    expect(hub.log.filter((line) => line.includes('brand file refused'))).toEqual([]);
    operator = (await makeKey(hub, { role: 'operator', brands: ['globex'] })).key;
    viewer = (await makeKey(hub, { role: 'viewer', brands: ['globex'] })).key;
    acmeEventId = await take('acme', 'of-acme');
    globexEventId = await take('globex', 'of-globex', {
      customerIdentifiers: { customerId: 5, instore: { mobile: MOBILE } },
    });
    await receiver.atLeast(2);
    acmeDeliveryId = String(at((await hub.admin('GET', '/v1/brands/acme/deliveries')).body, 'data.0.id'));
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  async function take(brand: string, id: string, also: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { events } = await hub.ingest(`${brand}/${brand}-source`, pointsIssued(id, 60, also), ACME_AUTH);
    return events[0]?.id ?? '';
  }
  const call = (method: string, path: string, body?: object, key = operator): Promise<Answer> =>
    callAs(hub, key, method, `/v1/brands/globex/${path}`, body);
  const raw = async (path: string, body: string, key = operator): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/globex/${path}`, body, {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
    });

  const draft = {
    source: 'globex-source',
    events: ['pointsIssued'],
    destination: 'globex-crm',
    mapping: { body: { id: '{{ event.id }}' } },
  };

  it('finds nothing of the brand by its ids and names', async () => {
    const at404: Answer[] = [
      await call('POST', 'preview', { subscription: 'globex-points', eventId: acmeEventId }),
      await call('POST', 'preview', { draft, eventId: acmeEventId }),
      await call('POST', 'destinations/globex-crm/test-send', { draft, eventId: acmeEventId, recipient: {} }),
      await call('POST', 'destinations/acme-crm/test-send', { message: { body: {} }, recipient: {} }),
      await call('POST', 'preview', { subscription: 'acme-points', eventId: globexEventId }),
      await call('GET', 'subscriptions/acme-points/versions'),
      await call('GET', 'subscriptions/acme-points/versions/1'),
      await call('GET', 'subscriptions/acme-points/versions/1/diff'),
      await call('GET', 'stats/series?destination=acme-crm'),
    ];
    expect(at404.map(({ status }) => status)).toEqual(at404.map(() => 404));
    for (const id of [acmeEventId, acmeDeliveryId, 'of-acme', CUSTOMER]) {
      expect((await call('GET', `lookup?id=${id}`)).body).toEqual({ data: [], complete: true });
      expect(at((await hub.admin('GET', `/v1/brands/acme/lookup?id=${id}`)).body, 'data')).not.toEqual([]);
    }
    expect((await call('GET', `customers/${CUSTOMER}/timeline`)).body).toMatchObject({ data: [] });
    expect((await call('GET', 'failures?destination=acme-crm')).body).toMatchObject({ data: [] });
    expect((await call('POST', 'trials', { draft })).body).toMatchObject({ events: 1 });
  });

  it('learns no name of the brand from the problems of a draft', async () => {
    const answers = [
      await call('POST', 'preview', {
        draft: { ...draft, source: 'acme-sourc', destination: 'acme-cr' },
        eventId: globexEventId,
      }),
      await call('POST', 'trials', { draft: { ...draft, source: 'acme-sourc', destination: 'acme-cr' } }),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(422);
      expect(text).not.toMatch(/acme-(source|crm)"/);
    }
    const same = async (name: string): Promise<string> => {
      const { text } = await call('POST', 'trials', { draft: { ...draft, destination: name } });
      return text.replaceAll(name, '');
    };
    expect(await same('acme-sms')).toBe(await same('nope-sms'));
  });

  it('cannot use cursors of other lists', async () => {
    await hub.admin('PATCH', '/v1/brands/acme', {});
    const cursorOf = async (path: string): Promise<string> =>
      String(at((await hub.admin('GET', `/v1/brands/acme/${path}`)).body, 'nextCursor'));
    await take('acme', 'of-acme-2');
    const cursor = await cursorOf('events?limit=1');
    expect(cursor).not.toBe('null');
    for (const path of ['events', 'deliveries', 'subscriptions/globex-points/versions', 'customers/5/timeline']) {
      const { status, text } = await call('GET', `${path}?limit=1&cursor=${cursor}`);
      expect([path, status, text]).toEqual([path, 400, expect.stringContaining('cursor')]);
    }
  });

  it('gets the same answer for right and wrong guesses of a personal value', async () => {
    const filters = (guess: string): object[] => [
      { [MOBILE_PATH]: guess },
      { [MOBILE_PATH]: { $ne: guess } },
      { [MOBILE_PATH]: { $in: [guess, 'x'] } },
      { [MOBILE_PATH]: { $gte: guess } },
      { $not: { [MOBILE_PATH]: { $startsWith: guess } } },
      { $or: [{ [MOBILE_PATH]: guess }, { 'data.none': 1 }] },
      { $and: [{ $not: { $not: { [MOBILE_PATH]: guess } } }, { 'data.totalPointsIssued': 60 }] },
      { 'data.customerIdentifiers.instore': { $exists: true }, [MOBILE_PATH]: guess },
    ];
    const mapping = (guess: string): object => ({
      body: {
        text: `{% if ${MOBILE_PATH} == '${guess}' %}yes{% else %}no{% endif %}`,
        size: `{{ ${MOBILE_PATH} | size }}`,
        data: '{{ data | json }}',
        recipient: '{{ recipient | json }}',
      },
    });
    const right = filters(MOBILE);
    const wrong = filters('919111111111');
    for (const [index, when] of right.entries()) {
      const answers = [];
      for (const [guess, filter] of [
        [MOBILE, when],
        ['919111111111', wrong[index]],
      ] as const) {
        const guessed = { ...draft, when: filter, mapping: mapping(guess) };
        const preview = await call('POST', 'preview', { draft: guessed, eventId: globexEventId }, viewer);
        const trial = await call('POST', 'trials', { draft: guessed }, viewer);
        expect([preview.status, trial.status]).toEqual([200, 200]);
        answers.push([preview.text, trial.text].map((text) => withoutTimes(text).replaceAll(guess, 'GUESS')));
        expect(answers.flat().join()).not.toContain(MOBILE);
      }
      expect(answers[0]).toEqual(answers[1]);
    }
    for (const path of ['preview', 'trials']) {
      const body = path === 'preview' ? { draft, eventId: globexEventId } : { draft };
      expect((await call('POST', `${path}?reveal=true`, body, viewer)).status).toBe(403);
      expect((await call('POST', `${path}?reveal=TRUE`, body, viewer)).status).toBe(400);
    }
  });

  it('cannot send personal values of stored events to a destination', async () => {
    const before = receiver.received.length;
    const mapping = { body: { data: '{{ data | json }}', mobile: `{{ ${MOBILE_PATH} }}` } };
    const { status, text } = await call('POST', 'destinations/globex-crm/test-send', {
      ...{ mapping, eventId: globexEventId, recipient: { phone: '+15005550010' } },
    });
    expect(status).toBe(200);
    expect(text).not.toContain(MOBILE);
    const [sent] = (await receiver.atLeast(before + 1)).slice(before);
    expect(JSON.stringify(sent)).not.toContain(MOBILE);
  });

  it('cannot add headers or lines to the request of a test message', async () => {
    const before = receiver.received.length;
    for (const to of ['+15005550010\r\nx-evil: 1', '+15005550010\nx-evil: 1', '+15005550010\u0000']) {
      const { status, body } = await call('POST', 'destinations/globex-sms/test-send', {
        message: { to, body: 'Hi' },
        recipient: { phone: to },
      });
      expect([to, status, at(body, 'accepted')]).not.toEqual([to, 200, true]);
      expect(status).toBeLessThan(500);
    }
    expect(receiver.received.slice(before).filter(({ headers }) => 'x-evil' in headers)).toEqual([]);
    expect(receiver.received).toHaveLength(before);
  });

  it('gets problems for large, deep and odd bodies, never a failure', async () => {
    const odd = [
      `{"draft":${nested(5_000)}}`,
      `{"draft":{"when":${nested(2_000)}}}`,
      `{"draft":{"when":{"$and":[${'{"$or":['.repeat(200)}{"data.a":1}${']}'.repeat(200)}]}}}`,
      `{"draft":{"mapping":${nested(500)},"source":"globex-source","events":["*"],"destination":"globex-crm"},"eventId":"${globexEventId}"}`,
      `{"message":${nested(900)},"recipient":{"phone":"+15005550010"}}`,
      `{"message":{"body":${nested(60)}},"recipient":{"phone":"+15005550010"}}`,
      `{"draft":{"__proto__":{"name":"x"},"constructor":{"prototype":{}}}}`,
      `{"draft":{"name":"constructor","source":"constructor","events":["constructor"],"destination":"__proto__"}}`,
      `{"recipient":{"__proto__":"x","phone":"1e999"},"message":{"__proto__":1}}`,
      `{"draft":{"mapping":{"a":1e999}}}`,
      `{"draft":{"events":[${Array.from({ length: 5_000 }, (_, i) => `"t${i}*"`).join()}],"source":"globex-source","destination":"globex-crm","mapping":{"body":{}}}}`,
      `{"mapping":{"body":"${'{{ data | json }}'.repeat(3_000)}"},"destinationType":"webhook","eventId":"${globexEventId}"}`,
      `{"mapping":{"body":"{% for i in (1..100000000) %}x{% endfor %}"},"destinationType":"webhook","eventId":"${globexEventId}"}`,
      `{"draft":"${'x'.repeat(3_000_000)}"}`,
    ];
    const failed: unknown[] = [];
    for (const [index, body] of odd.entries()) {
      for (const path of [
        'preview',
        'trials',
        'destinations/globex-crm/test-send',
        'destinations/globex-sms/test-send',
      ]) {
        const { status, headers, text } = await raw(path, body);
        const type = headers.get('content-type') ?? '';
        if (status >= 500 || (status >= 400 && !type.startsWith('application/problem+json')) || text.length > 200_000) {
          failed.push([index, path, status, type, text.slice(0, 300)]);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(hub.log.filter((line) => line.includes('"request failed"'))).toEqual([]);
  });

  it('cannot fill the memory with the samples of a trial', async () => {
    for (let count = 0; count < 12; count += 1) await take('globex', `large-${count}`);
    const large = { ...draft, name: 'globex-points', mapping: { body: { ['k'.repeat(200_000)]: 1 } } };
    const { status, body, text } = await call('POST', 'trials', { draft: large });
    expect([status, at(body, 'counts.changed')]).toEqual([200, at(body, 'events')]);
    expect(at(body, 'events')).toBeGreaterThanOrEqual(12);
    expect(text.length).toBeLessThan(2_200_000);
    const changed = [0, 1].map((index) => String(at(body, `samples.${index}.changed.1`)));
    expect(changed.map((path) => path.length)).toEqual([500, 500]);
  });

  it('gets problems for odd parameters, never a failure', async () => {
    const odd = [
      ...['%00', '%20', '%0a', '%ff', 'a'.repeat(501), '%ed%a0%80', "'%3b--", '%25', '&id=b', '%F0%9F%98%80'].map(
        (id) => `lookup?id=${id}`,
      ),
      ...['%00', '%20', '%ed%a0%80', 'a'.repeat(201), '%2e%2e%2f', '%F0%9F%98%80', "'"].map(
        (id) => `customers/${id}/timeline`,
      ),
      ...['0', '-1', '1.5', '2147483647', '2147483648', '99999999999999999999', '1e3', '%00', 'latest'].flatMap((n) => [
        `subscriptions/globex-points/versions/${n}`,
        `subscriptions/globex-points/versions/${n}/diff`,
        `subscriptions/globex-points/versions/1/diff?from=${n}`,
      ]),
      ...['9999-12-31', '0000-01-01', '-000001-01-01', '275760-09-13', '2026-02-30', '1', ''].flatMap((time) => [
        `stats/series?from=${time}`,
        `stats/series?to=${time}`,
        `stats/series?step=1h&from=${time}&to=${time}`,
        `failures?from=${time}`,
        `failures?to=${time}`,
        `customers/5/timeline?from=${time}&to=${time}`,
      ]),
      'stats/series?destination=%00',
      'stats/series?from=2026-01-02&to=2026-01-01',
      'stats/series?step=1m&step=1h',
      `failures?${Array.from({ length: 21 }, (_, i) => `destination=d${i}`).join('&')}`,
      'failures?limit=0',
      'failures?limit=1e3',
      'failures?from=0001-01-01&to=9999-12-31',
      'seen-event-types?x=1',
      'subscriptions/globex-points/versions?cursor=%00',
      `subscriptions/globex-points/versions?cursor=${'A'.repeat(30)}`,
      'subscriptions/__proto__/versions',
      'subscriptions/constructor/versions/1',
    ];
    const failed: unknown[] = [];
    for (const path of odd) {
      const { status, headers, text } = await call('GET', path);
      const type = headers.get('content-type') ?? '';
      const isProblem =
        type.startsWith('application/problem+json') && headers.get('x-content-type-options') === 'nosniff';
      if (status >= 500 || (status >= 400 && !isProblem)) failed.push([path, status, type, text.slice(0, 300)]);
    }
    expect(failed).toEqual([]);
  });

  it('cannot make a response that a browser shows as HTML', async () => {
    const script = encodeURIComponent('<script>alert(1)</script>');
    for (const path of [
      `/v1/brands/${script}`,
      `/v1/brands/globex/lookup?id=x&${script}=1`,
      `/v1/brands/globex/subscriptions/${script}/versions`,
      `/v1/${script}`,
      `/${script}`,
      `/console/${script}`,
      `/console/assets/${script}.js`,
      `/v1/brands/globex/stats/series?destination=${script}`,
    ]) {
      const { headers, text } = await hub.admin('GET', path, undefined, { accept: 'text/html' });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      if (headers.get('content-type')?.includes('html') === true)
        expect([path, text]).toEqual([path, expect.not.stringContaining('<script>alert')]);
    }
  });

  it('pauses no destination until a time that is over or far away', async () => {
    for (const end of [
      '2020-01-01',
      '9999-12-31T23:59:59Z',
      '2027-02-30',
      '',
      'tomorrow',
      null,
      5,
      '0001-01-01',
      ['2027-01-01'],
    ]) {
      const { status, body } = await call('POST', 'destinations/globex-crm/pause', { until: end });
      expect([end, status, at(body, 'errors.0.field')]).toEqual([end, 400, 'until']);
    }
    expect((await call('POST', 'destinations/globex-crm/pause', { until: '2027-06-01' }, viewer)).status).toBe(403);
    expect((await call('POST', 'destinations/acme-crm/pause', {})).status).toBe(404);
    expect((await call('GET', 'destinations/globex-crm')).body).toMatchObject({ paused: false, pausedUntil: null });
  });

  it('cannot occupy more live connections than a key may have, and loses them with the key', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer', brands: ['globex'] });
    const headers = { authorization: `Bearer ${key}` };
    for (let count = 0; count < 10; count += 1) {
      expect((await fetch(`${hub.url}/v1/brands/globex/live`, { method: 'HEAD', headers })).status).toBe(200);
    }
    const { port } = new URL(hub.url);
    const open = (): Connection => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.write(`GET /v1/brands/globex/live HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer ${key}\r\n\r\n`);
      return { socket, text: () => text };
    };
    const some = Array.from({ length: 7 }, open);
    const count = (part: string): number => some.filter(({ text }) => text().includes(part)).length;
    await until(() => count('event: ready') === 6 && count(' 429 ') === 1, { what: 'six streams' });
    for (const { socket } of some) socket.destroy();
    const again = await until(
      async () => {
        const one = open();
        await until(() => one.text().includes('\r\n\r\n'), { what: 'an answer' });
        if (one.text().startsWith('HTTP/1.1 200')) return one;
        one.socket.destroy();
        return undefined;
      },
      { what: 'a free place' },
    );
    await hub.admin('DELETE', `/v1/keys/${id}`);
    await until(() => again.text().includes('event: end'), { what: 'the end', timeoutMs: 20_000 });
    again.socket.destroy();
  });
});
