import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crmSandbox, startSandbox, type Sandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const LOOKUP = 'recipients.resolver';
const REASON = `lookup paused: ${LOOKUP}`;

const brand = `
brand: acme
privacy: pii-less
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
recipients:
  resolver:
    type: http
    url: "\${env:CRM}/contacts/{{ event.customerId }}"
    headers: { authorization: "Bearer \${env:CRM_TOKEN}" }
    mapping: { phone: "{{ body.mobile }}" }
    cacheSeconds: 0
destinations:
  hook: { type: webhook, credentials: { bearer: "\${env:CRM_TOKEN}" }, settings: { url: "\${env:HOOK}" }, retry: { schedule: [0s, 100ms] } }
  ops: { type: webhook, credentials: { bearer: "\${env:CRM_TOKEN}" }, settings: { url: "\${env:OPS}" } }
subscriptions:
  greeting:
    source: capillary
    events: [pointsIssued]
    destination: hook
    mapping: { body: { to: "{{ recipient.phone }}", event: "{{ event.id }}" } }
  plain:
    source: capillary
    events: [pointsIssued]
    destination: hook
    mapping: { body: { plain: "{{ event.id }}" } }
  routed:
    source: capillary
    events: [pointsRedeemed]
    route:
      - { when: { recipient.phone: { $exists: true } }, destination: hook, mapping: { body: { routed: "{{ event.id }}" } } }
      - { destination: ops, mapping: { body: { routed: "no phone" } } }
  alerts:
    source: patchbay
    events: ["lookup.*"]
    destination: ops
    mapping: { body: { type: "{{ event.type }}", lookup: "{{ data.lookup }}", by: "{{ data.by }}", reason: "{{ data.reason }}" } }
`;

/** Status with which the CRM answers. */
let status = 200;
const crmDefinition = crmSandbox(() => [
  {
    name: 'contact',
    method: 'GET',
    path: '/contacts/:id',
    handle: () => (status === 200 ? { status, body: { mobile: '+15005550006' } } : { status }),
  },
]);

describe('a recipient resolver whose credentials are refused', () => {
  let started: StartedSandbox;
  let crm: Sandbox;
  let hook: Receiver;
  let ops: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    [hook, ops] = [await startReceiver(), await startReceiver()];
    started = await startSandbox(crmDefinition);
    crm = started.sandbox;
    hub = await startTestHub({
      brands: { acme: brand },
      env: { ACME_TOKEN, CRM: crm.baseUrl, CRM_TOKEN: 'invented-crm-token', HOOK: hook.url, OPS: ops.url },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await started.stop();
    await hook.close();
    await ops.close();
  });

  const post = (path: string) => hub.admin('POST', `/v1/brands/acme/lookups/${path}`);
  const lookup = async (): Promise<unknown> => at((await hub.admin('GET', '/v1/brands/acme/lookups')).body, 'data.0');
  const bodies = (receiver: Receiver): unknown[] => receiver.received.map(({ body }): unknown => JSON.parse(body));
  const greetings = async (): Promise<readonly unknown[]> =>
    at((await hub.admin('GET', '/v1/brands/acme/deliveries?subscription=greeting')).body, 'data') as readonly unknown[];
  const held = (count: number): Promise<unknown> =>
    until(
      async () => {
        const found = await lookup();
        return at(found, 'held') === count ? found : undefined;
      },
      { what: `${count} held deliveries`, timeoutMs: 30_000 },
    );

  it('is paused and holds the deliveries that need it, and a test resumes it: all arrive once', async () => {
    status = 401;
    const ids = ['a', 'b', 'c'];
    const sent = await hub.ingest(
      'acme/capillary',
      ids.map((id) => pointsIssued(`lookup-${id}`)),
      ACME_AUTH,
    );
    expect(sent.status).toBe(202);
    expect(await held(3)).toMatchObject({
      name: LOOKUP,
      kind: 'resolver',
      paused: true,
      pausedReason: `${LOOKUP}: it answered 401: correct the credentials in the brand's file`,
      heldIsExact: true,
    });
    // Deliveries that do not need the lookup go on.
    await hook.atLeast(3);
    expect(bodies(hook)).toEqual(expect.arrayContaining(sent.events.map(({ id }) => ({ plain: id }))));
    expect(await greetings()).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ status: 'held', reason: REASON, attemptCount: 0 })),
    );
    const waiting = (await hub.admin('GET', `/v1/brands/acme/deliveries?lookup=${LOOKUP}`)).body;
    expect(at(waiting, 'data')).toHaveLength(3);
    expect(at(waiting, 'data.0.explanation')).toContain(`the lookup ${LOOKUP} is paused`);

    const calls = crm.requests.length;
    await hub.ingest('acme/capillary', [pointsIssued('lookup-d')], ACME_AUTH);
    await held(4);
    expect(crm.requests).toHaveLength(calls);

    const failed = await post(`${LOOKUP}/verify`);
    expect(failed.body).toMatchObject({ ok: false, errorKind: 'credentials', resumed: false });
    expect(failed.text).not.toContain('invented-crm-token');
    expect(crm.requests).toHaveLength(calls + 1);

    status = 200;
    expect((await post(`${LOOKUP}/verify`)).body).toMatchObject({ ok: true, resumed: true });
    await hook.atLeast(8);
    await until(async () => (await greetings()).every((one) => at(one, 'status') === 'succeeded'), {
      what: 'the held deliveries to succeed',
    });
    const greeted = bodies(hook).flatMap((body) => at(body, 'event') ?? []);
    expect(greeted.toSorted()).toEqual([...new Set(greeted)].toSorted());
    expect(greeted).toHaveLength(4);
    expect(await lookup()).toMatchObject({ paused: false, pausedReason: null, held: 0 });

    await ops.atLeast(2);
    const told = bodies(ops).toSorted((one, other) => String(at(one, 'type')).localeCompare(String(at(other, 'type'))));
    expect(told).toMatchObject([
      { type: 'lookup.paused', lookup: LOOKUP, by: 'hub', reason: expect.stringContaining('401') },
      { type: 'lookup.resumed', lookup: LOOKUP, by: 'person' },
    ]);
  });

  it('can be resumed without a test, and is paused again if it is refused again', async () => {
    status = 401;
    await hub.ingest('acme/capillary', [pointsIssued('lookup-e')], ACME_AUTH);
    await held(1);
    expect((await post(`${LOOKUP}/resume`)).body).toMatchObject({ paused: false });
    expect(await held(1)).toMatchObject({ paused: true, pausedReason: expect.stringContaining('401') });
    status = 200;
    await post(`${LOOKUP}/resume`);
    await until(async () => (await greetings()).every((one) => at(one, 'status') === 'succeeded'), {
      what: 'the held delivery to succeed',
    });
  });

  it('holds a delivery whose route needs the lookup, and chooses its destination after the pause', async () => {
    status = 401;
    const sent = await hub.ingest(
      'acme/capillary',
      [{ ...pointsIssued('lookup-f'), eventName: 'pointsRedeemed' }],
      ACME_AUTH,
    );
    await held(1);
    status = 200;
    expect((await post(`${LOOKUP}/verify`)).body).toMatchObject({ ok: true, resumed: true });
    const routed = (): unknown[] => [...bodies(hook), ...bodies(ops)].flatMap((body) => at(body, 'routed') ?? []);
    await until(() => routed().length > 0, { what: 'the routed message', timeoutMs: 20_000 });
    expect(routed()).toEqual([sent.events[0]?.id]);
  });

  it('is unknown by another name', async () => {
    expect((await post('enrichment.profile/verify')).status).toBe(404);
  });
});
