import { afterEach, describe, expect, it } from '@jest/globals';
import type { CapillaryConnection } from '@patchbay/core';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  throttle,
  type CapillarySandbox,
  type Sandbox,
} from '@patchbay/testing';
import { localHttp } from '../testing/local-http.js';
import { CapillaryClient } from './capillary-client.js';
import { CapillaryClients } from './capillary-clients.js';

const BOUNDS = { timeoutMs: 5_000, retries: 0 };
const LIST = { method: 'GET', path: '/v3/webHooks' } as const;
const NEW_WEBHOOK = {
  active: true,
  customerIdentifiersToBeEnriched: [],
  eventNames: ['pointsIssued'],
  maxAllowedConnections: 10,
  methodType: 'POST',
  name: 'patchbay',
  webHookHeaders: { 'x-secret': 'invented' },
  webHookType: 'HTTP',
  webHookUrl: 'http://127.0.0.1:9/v1/ingest/acme/capillary',
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface World {
  readonly api: Sandbox;
  readonly capillary: CapillarySandbox;
  readonly clients: CapillaryClients;
  readonly connection: CapillaryConnection;
  /** Client whose clock the test sets. */
  readonly client: CapillaryClient;
  now: number;
}

async function world(): Promise<World> {
  const capillary = capillarySandbox();
  const { sandbox: api, stop } = await startSandbox(capillary.definition);
  const { http, close } = localHttp();
  closers.push(close, stop);
  const connection: CapillaryConnection = {
    section: 'platform.capillary',
    baseUrl: api.baseUrl,
    auth: { kind: 'oauth', key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
    ratePerMinute: 60_000,
  };
  const made: World = {
    api,
    capillary,
    connection,
    clients: new CapillaryClients(http),
    client: new CapillaryClient(connection, http, () => made.now),
    now: 0,
  };
  return made;
}

describe('CapillaryClient', () => {
  it('creates, lists, changes and deletes a webhook', async () => {
    const { client, capillary } = await world();
    const created = await client.request({ method: 'POST', path: '/v3/webHooks', json: NEW_WEBHOOK }, BOUNDS);
    const [id = ''] = capillary.webhooks.byId.keys();
    expect(created).toMatchObject({ data: { ...NEW_WEBHOOK, webHookId: id } });
    expect(await client.request(LIST, BOUNDS)).toMatchObject({ data: [{ webHookId: id }] });
    const json = { ...NEW_WEBHOOK, active: false };
    await client.request({ method: 'PUT', path: `/v3/webHooks/${id}`, json }, BOUNDS);
    expect(capillary.webhooks.byId.get(id)).toMatchObject({ active: false, eventNames: ['pointsIssued'] });
    await client.request({ method: 'DELETE', path: `/v3/webHooks/${id}` }, BOUNDS);
    expect(await client.request(LIST, BOUNDS)).toMatchObject({ data: [] });
    expect(capillary.tokens).toHaveLength(1);
  });

  it('fetches a token again shortly before its 300 seconds end', async () => {
    const one = await world();
    await one.client.request(LIST, BOUNDS);
    one.now = 269_000;
    await one.client.request(LIST, BOUNDS);
    expect(one.capillary.tokens).toHaveLength(1);
    one.now = 271_000;
    await one.client.request(LIST, BOUNDS);
    expect(one.capillary.tokens).toHaveLength(2);
  });

  it('fetches a refused token again, once for all calls that used it', async () => {
    const { client, capillary } = await world();
    await client.request(LIST, BOUNDS);
    capillary.withdrawTokens();
    await Promise.all([client.request(LIST, BOUNDS), client.request(LIST, BOUNDS), client.request(LIST, BOUNDS)]);
    expect(capillary.tokens).toHaveLength(2);
  });

  it('shares a token and a rate limit between all users of a connection', async () => {
    const { clients, connection, capillary, api } = await world();
    await clients.of(connection).request(LIST, BOUNDS);
    await clients.of({ ...connection }).request(LIST, BOUNDS);
    expect(capillary.tokens).toHaveLength(1);
    api.next(throttle(60), 'webhooks.list');
    await expect(clients.of(connection).request(LIST, BOUNDS)).rejects.toMatchObject({ kind: 'throttled' });
    const before = api.requests.length;
    await expect(clients.of({ ...connection }).request(LIST, BOUNDS)).rejects.toMatchObject({ kind: 'throttled' });
    expect(api.requests).toHaveLength(before);
  });

  it('blocks calls after five outages in a row, and probes later', async () => {
    const one = await world();
    one.api.always(answer(503), 'webhooks.list');
    for (let count = 0; count < 5; count++) {
      await expect(one.client.request(LIST, BOUNDS)).rejects.toMatchObject({ kind: 'transient' });
    }
    const before = one.api.requests.length;
    const blocked = { kind: 'throttled', retryAfterMs: 15_000, message: expect.stringContaining('circuit breaker') };
    await expect(one.client.request(LIST, BOUNDS)).rejects.toMatchObject(blocked);
    expect(one.api.requests).toHaveLength(before);
    one.api.always(undefined, 'webhooks.list');
    one.now = 15_000;
    expect(await one.client.request(LIST, BOUNDS)).toMatchObject({ data: [] });
  });

  it('keeps the circuit breaker closed if Capillary refuses calls', async () => {
    const { client } = await world();
    const wrong = { method: 'DELETE', path: '/v3/webHooks/unknown' } as const;
    for (let count = 0; count < 6; count++) {
      await expect(client.request(wrong, BOUNDS)).rejects.toMatchObject({ kind: 'rejected' });
    }
    expect(await client.request(LIST, BOUNDS)).toMatchObject({ data: [] });
  });

  it('names the section and no secret in its errors', async () => {
    const { client, api } = await world();
    api.always(answer(401, { data: null, errors: [{ code: 401, message: CAPILLARY_SECRET }] }), 'token');
    const error = await client.request(LIST, BOUNDS).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'credentials' });
    expect(String(error)).toContain('platform.capillary: it answered 401');
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('invented');
  });
});
