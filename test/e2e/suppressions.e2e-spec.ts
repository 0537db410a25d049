import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { callAs, makeKey } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const PHONE = '+919000000001';
const LIST = '/v1/brands/acme/suppressions';

const brand = (name: string, privacy: string): string => `
brand: ${name}
privacy: ${privacy}
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  text:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:KEY}" } }
    settings: { request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } } }
  mail:
    type: netcore-email
    credentials: { apiKey: "\${env:KEY}" }
    settings: { from: hello@acme.example, baseUrl: "\${env:VENDOR}" }
  ops:
    type: webhook
    credentials: { bearer: "\${env:KEY}" }
    settings: { url: "\${env:OPS}" }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: text
    mapping: { to: "${PHONE}", body: "{{ data.totalPointsIssued }} points" }
    messaging:
      purpose: transactional
      fallback:
        - { destination: mail, on: [suppressed], after: 1h, mapping: { to: asha@example.com, subject: P, text: P } }
  alerts:
    source: patchbay
    events: ["suppression.*"]
    destination: ops
    mapping: { body: { type: "{{ event.type }}", reason: "{{ data.suppressions[0].reason }}" } }
`;

describe('suppression list', () => {
  let receivers: { readonly sms: Receiver; readonly mail: Receiver; readonly ops: Receiver };
  let hub: TestHub;

  beforeAll(async () => {
    const [sms, mail, ops] = [await startReceiver(), await startReceiver(), await startReceiver()];
    receivers = { sms, mail, ops };
    const env = {
      ACME_TOKEN,
      KEY: 'invented-key',
      VENDOR: mail.url.replace(/\/hook$/, ''),
      SMS: sms.url,
      OPS: ops.url,
    };
    hub = await startTestHub({ brands: { acme: brand('acme', 'standard'), safe: brand('safe', 'pii-less') }, env });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    for (const receiver of Object.values(receivers)) await receiver.close();
  });

  const add = (entry: object): Promise<Answer> => hub.admin('POST', LIST, { suppressions: [entry] });
  const ids = async (path = LIST): Promise<readonly string[]> =>
    (at((await hub.admin('GET', path)).body, 'data') as { id: string }[]).map(({ id }) => id);
  async function clear(): Promise<void> {
    for (const id of await ids()) expect((await hub.admin('DELETE', `${LIST}/${id}`)).status).toBe(204);
  }
  async function outcomeOf(eventId: string): Promise<Readonly<Record<string, unknown>>> {
    await hub.ingest('acme/capillary', pointsIssued(eventId), ACME_AUTH);
    return until(
      async () => {
        const { body } = await hub.admin('GET', '/v1/brands/acme/deliveries?destination=text&limit=1');
        const delivery = at(body, 'data.0') as Record<string, unknown>;
        return delivery['status'] === 'scheduled' ? undefined : delivery;
      },
      { what: 'the end of the delivery' },
    );
  }

  it('stops a message in each spelling of the address, and announces the change without the address', async () => {
    expect(await add({ kind: 'phone', address: '0091 90000-00001', note: 'Asked by phone' })).toMatchObject({
      status: 201,
      body: { added: 1, known: 0 },
    });
    expect((await add({ kind: 'phone', address: PHONE })).body).toEqual({ added: 0, known: 1 });
    expect(await outcomeOf('stopped')).toMatchObject({ status: 'suppressed', reason: 'suppression list' });
    expect(receivers.sms.received).toEqual([]);
    const [announced] = await receivers.ops.atLeast(1);
    expect(JSON.parse(announced?.body ?? '')).toEqual({ type: 'suppression.added', reason: 'manual' });
    expect(announced?.body).not.toContain('9000000001');
  });

  it('starts a fallback step on another channel if the step names it', async () => {
    const [mail] = await receivers.mail.atLeast(1);
    expect(mail?.body).toContain('asha@example.com');
  });

  it('is checked on redelivery and for test messages, until the suppression is removed', async () => {
    const sent = (): Promise<Answer> =>
      hub.admin('POST', '/v1/brands/acme/destinations/text/test-send', {
        message: { to: PHONE, body: 'Test' },
        recipient: { phone: PHONE },
      });
    expect(await sent()).toMatchObject({ status: 409, text: expect.stringContaining('suppression list') });
    await clear();
    expect(await sent()).toMatchObject({ status: 200, body: { accepted: true } });
    expect(await outcomeOf('after')).toMatchObject({ status: 'succeeded' });
  });

  it('applies to a test message by its purpose, which is that of the subscription unless the caller names another', async () => {
    await add({ kind: 'phone', address: PHONE, purpose: 'promotional' });
    const sent = (body: object): Promise<Answer> =>
      hub.admin('POST', '/v1/brands/acme/destinations/text/test-send', { recipient: { phone: PHONE }, ...body });
    const message = { to: PHONE, body: 'Test' };
    const event = pointsIssued('tested');
    expect(await sent({ message })).toMatchObject({ status: 409, text: expect.stringContaining('suppression list') });
    expect(await sent({ message, purpose: 'transactional' })).toMatchObject({ status: 200, body: { accepted: true } });
    expect(await sent({ subscription: 'points', event })).toMatchObject({ status: 200, body: { accepted: true } });
    expect(await sent({ subscription: 'points', event, purpose: 'promotional' })).toMatchObject({ status: 409 });
    expect(await sent({ message, purpose: 'marketing' })).toMatchObject({ status: 400 });
    await clear();
  });

  it('applies only to the channel, the purpose and the sender that it names', async () => {
    for (const scope of [{ channel: 'email' }, { purpose: 'promotional' }, { sender: 'mail' }]) {
      await add({ kind: 'phone', address: PHONE, ...scope });
      expect(await outcomeOf(`scope-${JSON.stringify(scope)}`)).toMatchObject({ status: 'succeeded' });
      await clear();
    }
    await add({ kind: 'phone', address: PHONE, reason: 'invalid', channel: 'sms', sender: 'text' });
    expect(await outcomeOf('invalid')).toMatchObject({ status: 'suppressed', reason: 'no recipient' });
    await clear();
  });

  it('shows an address only to a key that may reveal it, and records the access', async () => {
    await add({ kind: 'email', address: ' Asha@Example.com ', reason: 'complaint' });
    const [id] = await ids(`${LIST}?kind=email&address=${encodeURIComponent('asha@EXAMPLE.com')}`);
    expect((await hub.admin('GET', LIST)).text).not.toMatch(/asha@example/i);
    const operator = await makeKey(hub, { role: 'operator', brands: ['acme'] });
    const viewer = await makeKey(hub, { role: 'viewer', reveal: true });
    const read = (key: string): Promise<Answer> => callAs(hub, key, 'GET', `${LIST}/${id}?reveal=true`);
    expect((await read(operator.key)).status).toBe(403);
    expect((await read(viewer.key)).body).toMatchObject({ address: 'Asha@Example.com', reason: 'complaint' });
    const audit = await hub.admin('GET', '/v1/audit?action=suppression.reveal');
    expect(at(audit.body, 'data')).toMatchObject([{ actor: { name: viewer.name }, target: id }]);
    expect((await callAs(hub, viewer.key, 'DELETE', `${LIST}/${id}`)).status).toBe(403);
    await clear();
  });

  it('stores only the hash of an address in a pii-less brand', async () => {
    const list = '/v1/brands/safe/suppressions';
    const body = { suppressions: [{ kind: 'phone', address: PHONE }] };
    expect((await hub.admin('POST', list, body)).status).toBe(201);
    const [id] = await ids(list);
    const viewer = await makeKey(hub, { role: 'viewer', reveal: true });
    expect((await callAs(hub, viewer.key, 'GET', `${list}/${id}?reveal=true`)).body).toMatchObject({ address: null });
  });

  it.each([
    [{ kind: 'phone', address: '12' }, 'suppressions[0].address'],
    [{ kind: 'email', address: 'nobody' }, 'suppressions[0].address'],
    [{ kind: 'pushToken', address: 'a b' }, 'suppressions[0].address'],
    [{ kind: 'phone', address: PHONE, sender: 'nowhere' }, 'suppressions[0].sender'],
    [{ kind: 'fax', address: PHONE }, 'suppressions.0.kind'],
    [{ kind: 'phone', address: PHONE, reason: null }, 'suppressions.0.reason'],
    [{ kind: 'phone', address: PHONE, until: 'tomorrow' }, 'suppressions.0.until'],
  ])('refuses %j with the name of the field', async (entry, field) => {
    const { status, body } = await add(entry);
    expect([status, at(body, 'errors.0.field')]).toEqual([400, field]);
    expect(await ids()).toEqual([]);
  });
});
