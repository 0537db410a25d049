import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type IngestAnswer, type TestHub } from './support/test-hub.js';

const SECRET = Buffer.from('an invented secret of acme').toString('base64');
const OTHER_SECRET = Buffer.from('an invented secret of other').toString('base64');
/** Text with control characters that log viewers and terminals interpret. */
const CONTROL = '\u001b[2J\u001b[31m\r\n{"level":"fatal","msg":"forged"}\u0000\u0007\u2028\u009b31m';

const brandFile = (brand: string, secret: string): string => `
brand: ${brand}
sources:
  shop: { adapter: json, auth: { standardWebhooks: ["\${env:${secret}}"] }, paths: { id: id, type: type, customerId: customer, data: data } }
destinations:
  crm: { type: webhook, credentials: { bearer: "\${env:BEARER}" }, settings: { url: "\${env:CRM}" }, retry: { schedule: [0s] } }
subscriptions:
  all:
    source: shop
    events: ["*"]
    when: { $or: [{ data.word: { $contains: "aaaaaaaaaaaaaaaaaaaaaaab" } }, { data.word: { $exists: true } }] }
    destination: crm
    mapping: { body: { word: "{{ data.word }}", all: "{{ data }}" }, headers: { x-word: "{{ data.header }}" } }
`;

interface Signed {
  readonly body: string;
  readonly headers: Record<string, string>;
}

function sign(body: string, secret = SECRET, seconds = Math.floor(Date.now() / 1_000)): Signed {
  const id = `msg-${body.length}`;
  const signature = createHmac('sha256', Buffer.from(secret, 'base64'))
    .update(`${id}.${seconds}.${body}`)
    .digest('base64');
  return {
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` },
  };
}

describe('a malicious sender', () => {
  let receiver: Receiver;
  let hub: TestHub;
  let sent = 0;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({
      brands: { acme: brandFile('acme', 'SECRET'), other: brandFile('other', 'OTHER_SECRET') },
      env: {
        SECRET: `whsec_${SECRET}`,
        OTHER_SECRET: `whsec_${OTHER_SECRET}`,
        CRM: receiver.url,
        BEARER: 'invented-bearer-token',
      },
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  const post = ({ body, headers }: Signed): Promise<IngestAnswer> => hub.ingest('acme/shop', body, headers);
  const event = (data: object, also: object = {}): string =>
    JSON.stringify({ id: `hostile-${(sent += 1)}`, type: 'thing', customer: 'c-1', data, ...also });

  /** Sends an event and waits until its delivery has ended. */
  async function delivered(body: string): Promise<unknown> {
    const { status, events } = await post(sign(body));
    expect(status).toBe(202);
    return until(
      async () => {
        const path = `/v1/brands/acme/events/${events[0]?.id ?? ''}`;
        const delivery = at((await hub.admin('GET', path)).body, 'subscriptions.0.delivery');
        const state = at(delivery, 'status');
        return state === undefined || state === 'scheduled' ? undefined : delivery;
      },
      { what: 'its delivery to have ended' },
    );
  }

  const body = JSON.stringify({ id: 'signed', type: 'thing', customer: 'c-1', data: { word: 'signed' } });
  const genuine = sign(body);
  const truncated = genuine.headers['webhook-signature']?.slice(0, -4) ?? '';
  const forgeries: Record<string, Signed> = {
    'a changed body': { ...genuine, body: body.replace('c-1', 'c-2') },
    'a truncated body': { ...genuine, body: body.slice(0, -1) },
    'a truncated signature': { ...genuine, headers: { ...genuine.headers, 'webhook-signature': truncated } },
    'no signature': { ...genuine, headers: { ...genuine.headers, 'webhook-signature': '' } },
    "another brand's secret": sign(body, OTHER_SECRET),
    'a call of ten minutes ago': sign(body, SECRET, Math.floor(Date.now() / 1_000) - 600),
    'another id': { ...genuine, headers: { ...genuine.headers, 'webhook-id': 'msg-other' } },
  };
  it.each(Object.entries(forgeries))('is refused with %s', async (_, forged) => {
    expect((await post(forged)).status).toBe(401);
  });

  it('cannot replay a genuine call', async () => {
    expect((await post(genuine)).events.map(({ status }) => status)).toEqual(['accepted']);
    expect((await post(genuine)).events.map(({ status }) => status)).toEqual(['duplicate']);
  });

  it('cannot run a template in the data of an event', async () => {
    const word = '{{ 7 | times: 6 }} {% assign a = 1 %} {{ recipient.phone }} {{ "" | constructor }} ${7*6} <%= 1 %>';
    expect(await delivered(event({ word, header: 'plain' }))).toMatchObject({ status: 'succeeded' });
    // Messages of earlier tests may arrive between the messages of this test.
    expect(receiver.received.map((one): unknown => JSON.parse(one.body))).toContainEqual(
      expect.objectContaining({ word, all: expect.objectContaining({ word }) }),
    );
  });

  it('cannot add headers to outgoing requests', async () => {
    const before = receiver.received.length;
    for (const header of ['a\r\nx-injected: yes', 'a\nx-injected: yes', 'a\r\n\r\n<html>', 'a\u0000b', 'a\u2028b']) {
      expect(['dead', 'succeeded']).toContain(at(await delivered(event({ word: 'w', header })), 'status'));
    }
    for (const { headers, body: got } of receiver.received.slice(before)) {
      expect(headers).not.toHaveProperty('x-injected');
      expect(got).toMatch(/^\{.*\}$/s);
    }
  });

  it('cannot forge log lines or send escape sequences to a terminal', async () => {
    await delivered(event({ word: CONTROL, [CONTROL]: CONTROL }, { type: 'thing', customer: CONTROL }));
    await post(sign(event({ word: 'w' }, { type: CONTROL })));
    const path = encodeURIComponent(CONTROL);
    await hub.admin('GET', `/v1/brands/${path}/events/${path}`);
    await hub.admin('GET', `/v1/brands/acme/deliveries?customer=${path}&cursor=${path}`);
    await hub
      .ingest(`acme/${path}`, CONTROL, { 'webhook-id': '\u001b[31mid', 'user-agent': '\u009b31m' })
      .catch(() => null);
    for (const line of hub.log) {
      expect(line).toMatch(/^\{.*\}\n$/);
      // eslint-disable-next-line no-control-regex -- these are what is looked for
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
    }
  });

  it('cannot make a filter backtrack for minutes', async () => {
    for (const word of ['a'.repeat(200_000), `${'a'.repeat(22)}c`.repeat(8_000), '*'.repeat(100_000)]) {
      expect((await post(sign(event({ word })))).status).toBe(202);
    }
  });

  it('cannot save a filter that backtracks or runs code', async () => {
    for (const when of [
      { 'data.word': { $regex: '(a+)+$' } },
      { $where: 'while (true);' },
      { 'data.word': /a/.source, $expr: 1 },
    ]) {
      const refused = await hub.admin('POST', '/v1/brands/acme/subscriptions', {
        name: 'hostile',
        source: 'shop',
        events: ['*'],
        destination: 'crm',
        mapping: { body: {} },
        when,
      });
      expect([refused.status, refused.text]).toEqual([
        expect.any(Number),
        expect.not.stringContaining('"name":"hostile"'),
      ]);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.status).toBeLessThan(500);
    }
  });
});
