import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startTestHub, type IngestAnswer, type TestHub } from './support/test-hub.js';

const SOURCE = 'acme/capillary';
const MIB = 1024 * 1024;

describe('the ingest endpoint with bad input', () => {
  let receiver: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv(receiver.url) });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
  });

  const post = (body: unknown, headers: Record<string, string> = ACME_AUTH): Promise<IngestAnswer> =>
    hub.ingest(SOURCE, body, headers);
  const statuses = (answer: IngestAnswer): string[] => answer.events.map(({ status }) => status);

  const unreadable: Record<string, string | Uint8Array<ArrayBuffer>> = {
    'invalid JSON': '{"eventName": "pointsIssued",',
    'an empty body': '',
    'blank space': ' \n\t ',
    'bytes that are no UTF-8': new Uint8Array([0xff, 0xfe, 0x00, 0x80]),
    'a body that is XML': '<event><name>pointsIssued</name></event>',
    'a number': '42',
    'a text': '"pointsIssued"',
    'JSON nested 100,000 deep': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    'objects nested 50,000 deep': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  };
  it.each(Object.entries(unreadable))('quarantines %s and responds 202', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(202);
    expect(statuses(answer)).toEqual(['quarantined']);
    const stored = await hub.admin('GET', `/v1/brands/acme/events/${answer.events[0]?.id}`);
    expect(stored).toMatchObject({ status: 200, body: { status: 'quarantined' } });
  });

  const odd: Record<string, unknown> = {
    'an empty object': {},
    'wrong types in known fields': { eventName: 7, eventId: {}, orgId: [], createdAt: 'yesterday', data: 'text' },
    'data that is a list': { eventName: 'pointsIssued', eventId: 'odd-1', data: [1, 2] },
    'a type nobody knows': { eventName: 'somethingNew', eventId: 'odd-2', data: { a: 1 } },
    'wrong types inside the data': pointsIssued('odd-3', 1, { customerIdentifiers: 'nobody', totalPointsIssued: {} }),
    'a customer id that is an object': pointsIssued('odd-4', 1, { customerIdentifiers: { customerId: { $gt: '' } } }),
    'a time out of all range': { ...pointsIssued('odd-5'), createdAt: 9e15 },
    'a very long event id': pointsIssued('x'.repeat(5_000)),
    'an event type of 10,000 letters': { eventName: 'x'.repeat(10_000), eventId: 'odd-6', data: {} },
    'deep but readable data': pointsIssued('odd-7', 1, { deep: JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`) }),
  };
  it.each(Object.entries(odd))('stores %s and responds 202', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(202);
    expect(['accepted', 'quarantined']).toContain(statuses(answer)[0]);
  });

  it('stores "__proto__" as a plain key, without changing any prototype', async () => {
    const body =
      '{"eventName":"pointsIssued","eventId":"proto-1","__proto__":{"polluted":true},' +
      '"data":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"totalPointsIssued":1}}';
    expect(statuses(await post(body))).toEqual(['accepted']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    await until(() => receiver.received.some(({ body: got }) => got.includes('pointsIssued')), {
      what: 'its delivery',
    });
  });

  it('stores NUL and lone surrogates unchanged', async () => {
    const body = String.raw`{"eventName":"pointsIssued","eventId":"nul-\u0000-1","data":{"odd":"a\u0000b\ud800c","\u0000":1,"totalPointsIssued":1}}`;
    const answer = await post(body);
    expect(statuses(answer)).toEqual(['accepted']);
    expect(statuses(await post(body))).toEqual(['duplicate']);
    const id = answer.events[0]?.id ?? 'no id';
    const stored = await hub.admin('GET', `/v1/brands/acme/events/${id}`);
    expect(stored.status).toBe(200);
    await until(() => receiver.received.some(({ body: got }) => got.includes(id)), { what: 'its delivery' });
  });

  it('refuses a body of 20 MB with 413', async () => {
    const answer = await post(`{"eventName":"pointsIssued","data":"${'x'.repeat(20 * MIB)}"}`).catch(() => undefined);
    // The answer is undefined if the hub closes the connection before the test has sent the whole body.
    expect([413, undefined]).toContain(answer?.status);
    expect((await post(pointsIssued('after-20-mb'))).status).toBe(202);
  });

  it('responds 413 to a body just over the limit and 202 to a body just under it', async () => {
    const of = (bytes: number): string => {
      const frame = JSON.stringify(pointsIssued(`size-${bytes}`, 1, { filler: '' }));
      return frame.replace('"filler":""', `"filler":"${'x'.repeat(bytes - frame.length)}"`);
    };
    expect((await post(of(MIB + 1))).status).toBe(413);
    expect((await post(of(MIB))).status).toBe(202);
  });

  it('accepts 1,000 events in one call and refuses all of 10,000', async () => {
    const list = (count: number, name: string): unknown[] =>
      Array.from({ length: count }, (_, index) => ({ eventName: 'x', eventId: `${name}-${index}` }));
    const refused = await post(list(10_000, 'many'));
    expect(refused.status).toBe(413);
    expect(refused.body).toMatchObject({ status: 413, detail: expect.stringContaining('1000') });
    const accepted = await post(list(1_000, 'many'));
    expect(accepted.status).toBe(202);
    expect(new Set(statuses(accepted))).toEqual(new Set(['accepted']));
  });

  it('stores valid and invalid events of a list in their order', async () => {
    const answer = await post([pointsIssued('list-1'), null, 'text', pointsIssued('list-2'), pointsIssued('list-1')]);
    expect(answer.status).toBe(202);
    expect(statuses(answer)).toEqual(['accepted', 'quarantined', 'quarantined', 'accepted', 'duplicate']);
  });

  it('accepts an empty list', async () => {
    expect(await post([])).toMatchObject({ status: 202, body: { events: [] } });
  });

  const strangers: Record<string, [string, Record<string, string>]> = {
    'no credentials': [SOURCE, {}],
    'wrong credentials': [SOURCE, { 'x-acme-token': 'wrong' }],
    'credentials with a letter too many': [SOURCE, { 'x-acme-token': `${ACME_AUTH['x-acme-token']}x` }],
    'an empty token': [SOURCE, { 'x-acme-token': '' }],
    'an unknown brand': ['nobody/capillary', ACME_AUTH],
    'an unknown source': ['acme/nothing', ACME_AUTH],
    'a name from the prototype': ['__proto__/constructor', ACME_AUTH],
    'a name with a slash in it': ['acme%2F..%2Facme/capillary', ACME_AUTH],
  };
  it('responds with the same 401 to every unauthenticated call', async () => {
    const answers = await Promise.all(
      Object.values(strangers).map(([source, headers]) => hub.ingest(source, pointsIssued('stranger'), headers)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Object.values(strangers).map(() => 401));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('responds with the same 401 if the body is unreadable', async () => {
    expect((await hub.ingest(SOURCE, '{', {})).status).toBe(401);
  });

  it('closes a connection that sends no valid HTTP, and continues', async () => {
    const { port } = new URL(hub.url);
    const said = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('GARBAGE\u0000\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(said).toMatch(/^HTTP\/1\.1 400/);
    expect((await post(pointsIssued('after-garbage'))).status).toBe(202);
  });

  it('logs no personal values and no secrets', () => {
    const log = hub.log.join('');
    expect(log).not.toContain(ACME_AUTH['x-acme-token']);
    expect(log).not.toContain('919000000001');
    expect(log).not.toContain('invented-bearer-token');
  });
});

describe('an invalid brand file', () => {
  let hub: TestHub;
  const files: Record<string, string> = {
    unknown: acmeBrand().replace('timezone:', 'timezones:').replace('brand: acme', 'brand: unknown'),
    missing: acmeBrand().replace('ACME_TOKEN', 'NOT_SET_ANYWHERE').replace('brand: acme', 'brand: missing'),
    template: acmeBrand({ mapping: '{ body: { a: "{{ data.x | }} {% if %}" } }' }).replace(
      'brand: acme',
      'brand: template',
    ),
    good: acmeBrand().replace('brand: acme', 'brand: good'),
  };

  beforeAll(async () => {
    hub = await startTestHub({ brands: files, env: acmeEnv('http://127.0.0.1:9/') });
  }, SERVICE_TIMEOUT_MS);

  afterAll(() => hub.close());

  it('does not affect the valid file', async () => {
    expect((await hub.ingest('good/capillary', pointsIssued('good-1'), ACME_AUTH)).status).toBe(202);
  });

  it.each([
    ['an unknown field', 'unknown.yaml', /unknown\.yaml:3.*timezones/],
    ['a variable that is not set', 'missing.yaml', /missing\.yaml:\d+.*NOT_SET_ANYWHERE/],
    ['a template that does not parse', 'template.yaml', /template\.yaml:\d+.*mapping\.body\.a/],
  ])('is reported with file, line and field: %s', (_, file, expected) => {
    const lines = hub.log.filter((line) => line.includes(file));
    expect(lines.join('')).toMatch(expected);
  });
});
