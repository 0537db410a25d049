import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { InProcessLocks, type AttemptOutcome, type DeliverBatchRequest, type OpenDestination } from '@patchbay/core';
import { closeConnections, createEgressPolicy } from '@patchbay/http';
import {
  defineDestination,
  DeliveryError,
  Field,
  type AnyDestinationDefinition,
  type BatchLimits,
  type DestinationDefinition,
} from '@patchbay/plugin-sdk';
import { PluginGateway } from '../plugin-gateway.js';
import type { HostPorts } from './host-ports.js';
import { PluginRuntime } from './plugin-runtime.js';
import { TokenCache } from './token-cache.js';

class Credentials {
  @Field({ label: 'Key', secret: true })
  key: string;
}
class Settings {
  @Field({ label: 'URL' })
  url: string;
}
class Message {
  @Field({ label: 'To', personal: true })
  to: string;
}
type Definition = DestinationDefinition<Credentials, Settings, Message>;
type DeliverBatch = NonNullable<Definition['deliverBatch']>;

const LIMITS: BatchLimits = { size: 75, within: 1_000 };
const egress = createEgressPolicy('127.0.0.1/32');
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  closeConnections(egress);
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function host(
  deliverBatch: DeliverBatch,
  batch: Definition['batch'] = LIMITS,
  own: Pick<Partial<Definition>, 'poll'> = {},
) {
  const log: string[] = [];
  const write = (_fields: object, message: string): void => void log.push(message);
  const ports: HostPorts = {
    egress,
    logger: { info: write, warn: write, error: write },
    locks: new InProcessLocks(),
    clock: { now: () => 0 },
  };
  const definition: AnyDestinationDefinition = defineDestination<Credentials, Settings, Message>({
    type: 'probe',
    label: 'Probe',
    description: 'For tests.',
    category: 'webhook',
    messaging: null,
    contract: 2,
    contextHttpOnly: true,
    credentials: Credentials,
    settings: Settings,
    message: Message,
    verify: () => Promise.resolve(),
    deliver: () => Promise.resolve({ externalId: 'single' }),
    batch,
    deliverBatch,
    ...own,
  });
  const plugin = { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
  const runtime = new PluginRuntime(plugin, ports, new TokenCache(() => 0));
  return { gateway: new PluginGateway([runtime], ports.logger), facts: runtime.facts, log };
}

function destination(url = 'http://127.0.0.1:9/', timeoutMs = 5_000): OpenDestination {
  const own = { credentials: { key: 'top-secret-key' }, settings: { url }, timeoutMs };
  return { id: 'd1', brandId: 'b1', brandName: 'acme', type: 'probe', version: 1, ...own };
}

const event = {
  id: 'e1',
  type: 'pointsIssued',
  brand: 'acme',
  source: 'capillary',
  customerId: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  data: {},
};

function request(size: number, to = destination()): DeliverBatchRequest {
  return {
    destination: to,
    batchId: 'batch-1',
    messages: Array.from({ length: size }, (_, index) => ({
      message: { to: `+15005550${String(index).padStart(3, '0')}` },
      event,
      delivery: { id: `v${index}`, attempt: 1, idempotencyKey: `v${index}` },
    })),
    signal: new AbortController().signal,
  };
}

function kinds(outcomes: readonly AttemptOutcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}

const postAll: DeliverBatch = async ({ http, settings }, messages) => {
  const { status } = await http.send({ method: 'POST', url: settings.url, json: { count: messages.length } });
  return { outcomes: messages.map((_message, index) => ({ index })), response: { status } };
};

describe('a call with a batch', () => {
  it('passes the messages in order, with their deliveries, and the id of the batch', async () => {
    let seen: unknown;
    const { gateway } = host(({ batch }, messages) => {
      seen = [batch.id, messages.map(({ message, delivery }) => [message instanceof Message, delivery.id])];
      return Promise.resolve({
        outcomes: [
          { index: 1, externalId: 'm1' },
          { index: 0, externalId: 'm0' },
        ],
      });
    });
    expect(await gateway.deliverBatch(request(2))).toEqual([
      { kind: 'accepted', externalId: 'm0' },
      { kind: 'accepted', externalId: 'm1' },
    ]);
    expect(seen).toEqual([
      'batch-1',
      [
        [true, 'v0'],
        [true, 'v1'],
      ],
    ]);
  });

  it('gives each message its own outcome if the vendor refuses some messages', async () => {
    const { gateway } = host((_context, messages) =>
      Promise.resolve({
        outcomes: messages.map((_message, index) =>
          index === 1
            ? {
                index,
                error: new DeliveryError('rejected', 'The number +15005550001 is invalid.', { vendorCode: '7' }),
              }
            : { index, externalId: `m${index}` },
        ),
      }),
    );
    const outcomes = await gateway.deliverBatch(request(3));
    expect(kinds(outcomes)).toEqual(['accepted', 'rejected', 'accepted']);
    expect(outcomes[1]).toMatchObject({ vendorCode: '7' });
    expect(JSON.stringify(outcomes)).not.toContain('15005550001');
  });

  it('gives every message the outcome of a call that failed, and stores the body of its response once', async () => {
    const body = '{"error":"quota of +15005550002"}';
    const url = await serve((_req, res) => res.writeHead(429, { 'retry-after': '7' }).end(body));
    const outcomes = await host(postAll).gateway.deliverBatch(request(3, destination(url)));
    expect(kinds(outcomes)).toEqual(['throttled', 'throttled', 'throttled']);
    expect(outcomes.map((one) => ('response' in one ? one.response : null))).toEqual([
      { status: 429, body: expect.stringContaining('quota') },
      { status: 429 },
      { status: 429 },
    ]);
    expect(outcomes[2]).toMatchObject({ retryAfterMs: 7_000, request: { method: 'POST' } });
    expect(JSON.stringify(outcomes)).not.toContain('15005550002');
  });

  it.each<[string, readonly { readonly index: number }[]]>([
    ['is missing', [{ index: 0 }, { index: 2 }]],
    ['occurs twice', [{ index: 0 }, { index: 1 }, { index: 1 }, { index: 2 }]],
    ['names no message', [{ index: 0 }, { index: 3 }, { index: -1 }, { index: 0.5 }, { index: 2 }]],
  ])('is unconfirmed for a message whose outcome %s', async (_case, outcomes) => {
    const { gateway, log } = host(() => Promise.resolve({ outcomes }));
    expect(kinds(await gateway.deliverBatch(request(3)))).toEqual(['accepted', 'unconfirmed', 'accepted']);
    expect(log).toEqual(['plugin did not return exactly one outcome per message']);
  });

  it.each([[undefined], [null], [{}], [{ outcomes: null }], [{ outcomes: [null, 7, { index: 0, error: 'no' }] }]])(
    'is unconfirmed for every message if a plugin in JavaScript returns %j',
    async (result) => {
      const deliverBatch = (() => Promise.resolve(result)) as DeliverBatch;
      expect(kinds(await host(deliverBatch).gateway.deliverBatch(request(2)))).toEqual(['unconfirmed', 'unconfirmed']);
    },
  );

  it('leaves a message pending if the vendor decides later and the plugin can poll', async () => {
    const answer: DeliverBatch = () =>
      Promise.resolve({
        outcomes: [{ index: 0, externalId: 'file-1#0', pending: { pollAfterMs: 5_000 } }, { index: 1 }],
      });
    const poll = (): Promise<{ state: 'done' }> => Promise.resolve({ state: 'done' });
    expect(await host(answer, LIMITS, { poll }).gateway.deliverBatch(request(2))).toMatchObject([
      { kind: 'pending', externalId: 'file-1#0', pollAfterMs: 5_000 },
      { kind: 'accepted' },
    ]);
    expect(kinds(await host(answer).gateway.deliverBatch(request(2)))).toEqual(['accepted', 'accepted']);
  });

  it('is unconfirmed for every message if the answer was lost', async () => {
    const url = await serve((req) => req.socket.destroy());
    expect(kinds(await host(postAll).gateway.deliverBatch(request(2, destination(url))))).toEqual([
      'unconfirmed',
      'unconfirmed',
    ]);
  });

  it.each<['batch' | 'message' | undefined, string]>([
    [undefined, 'unconfirmed'],
    ['batch', 'unconfirmed'],
    ['message', 'transient'],
  ])('after a server error with idempotent: %s is %s', async (idempotent, kind) => {
    const url = await serve((_req, res) => res.writeHead(500).end());
    const { gateway } = host(postAll, { ...LIMITS, idempotent });
    expect(kinds(await gateway.deliverBatch(request(2, destination(url))))).toEqual([kind, kind]);
  });

  it('has the outcome of the hub if the hub did not allow the request', async () => {
    const refused: AttemptOutcome = { kind: 'internal_error', message: 'not now' };
    const url = await serve((_req, res) => res.end());
    const asked = { ...request(2, destination(url)), beforeWrite: () => refused };
    const outcomes = await host(postAll).gateway.deliverBatch(asked);
    expect(outcomes.map((one) => one === refused)).toEqual([true, true]);
  });
});

describe('a destination with batches', () => {
  it('sends a single message as a batch whose id is the idempotency key', async () => {
    let seen: unknown;
    const { gateway } = host(({ batch }, messages) => {
      seen = [batch.id, messages.length];
      return Promise.resolve({ outcomes: [{ index: 0, externalId: 'm0' }] });
    });
    const { messages, signal } = request(1);
    const [message] = messages;
    if (message === undefined) throw new Error('no message');
    expect(await gateway.deliver({ ...message, destination: destination(), signal })).toMatchObject({
      externalId: 'm0',
    });
    expect(seen).toEqual(['v0', 1]);
  });

  it('shows the request of a batch of one message', async () => {
    const { request: recorded } = await host(postAll).gateway.recordRequest({
      destination: destination(),
      message: { to: '+15005550000' },
      event,
    });
    expect(recorded?.body).toBe('{"count":1}');
  });

  it('may depend on the settings', async () => {
    const { facts, gateway } = host(postAll, ({ url }) => (url.startsWith('https:') ? LIMITS : undefined));
    expect(facts.batch({ url: 'https://vendor.example' })).toEqual(LIMITS);
    expect(facts.batch({ url: 'http://vendor.example' })).toBeUndefined();
    const { messages, signal } = request(1);
    const [message] = messages;
    if (message === undefined) throw new Error('no message');
    expect(await gateway.deliver({ ...message, destination: destination(), signal })).toMatchObject({
      externalId: 'single',
    });
  });

  it('sends single messages if its limits are invalid', () => {
    const { facts, log } = host(postAll, () => ({ size: 0, within: 1 }));
    expect(facts.batch({ url: 'x' })).toBeUndefined();
    expect(log).toEqual(['plugin returned invalid limits of batches, sending single messages']);
  });
});
