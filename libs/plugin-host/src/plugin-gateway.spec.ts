import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  InProcessLocks,
  type AttemptOutcome,
  type DeliverRequest,
  type Locks,
  type OpenDestination,
} from '@patchbay/core';
import { closeConnections, createEgressPolicy } from '@patchbay/http';
import {
  defineDestination,
  DeliveryError,
  Field,
  vendorError,
  type AnyDestinationDefinition,
  type DestinationDefinition,
  type Json,
} from '@patchbay/plugin-sdk';
import { startAnsweringThread } from '@patchbay/testing/services';
import type { HostPorts } from './runtime/host-ports.js';
import { PluginGateway } from './plugin-gateway.js';
import { PluginRuntime } from './runtime/plugin-runtime.js';
import { TokenCache } from './runtime/token-cache.js';

class Credentials {
  @Field({ label: 'Key', secret: true })
  key: string;
}
class Settings {
  @Field({ label: 'URL' })
  url: string;
  @Field({ label: 'Mode', enum: ['sync', 'async'] })
  mode: 'sync' | 'async' = 'sync';
  @Field({ label: 'Region', optional: true, fileOnly: true })
  region?: string;
}
class Message {
  @Field({ label: 'To', personal: true })
  to: string;
  @Field({ label: 'Text' })
  text: string;
}
type Definition = DestinationDefinition<Credentials, Settings, Message>;

const NOW = 1_795_544_400_000;
const SECRET = 'top-secret-key';
const PHONE = '+919000000001';
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
  deliver: Definition['deliver'],
  more: Partial<Definition> = {},
  locks: Locks = new InProcessLocks(),
  sandboxes: HostPorts['sandboxes'] = {},
) {
  const log: { level: string; fields: object; message: string }[] = [];
  const write = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message });
  const ports: HostPorts = {
    egress,
    logger: { info: write('info'), warn: write('warn'), error: write('error') },
    locks,
    clock: { now: () => NOW },
    sandboxes,
  };
  const definition: AnyDestinationDefinition = defineDestination({
    type: 'probe',
    label: 'Probe',
    description: 'For tests.',
    category: 'sms',
    messaging: 'sms',
    contract: 2,
    credentials: Credentials,
    settings: Settings,
    message: Message,
    verify: () => Promise.resolve(),
    deliver,
    ...more,
  });
  const plugin = { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
  const runtime = new PluginRuntime(plugin, ports, new TokenCache(() => NOW));
  return { gateway: new PluginGateway([runtime], ports.logger), runtime, log };
}

function destination(url = 'http://127.0.0.1:9/', timeoutMs = 5_000): OpenDestination {
  return {
    id: 'd1',
    brandId: 'b1',
    brandName: 'acme',
    type: 'probe',
    version: 1,
    credentials: { key: SECRET },
    settings: { url },
    timeoutMs,
  };
}

function request(overrides: Partial<DeliverRequest> = {}): DeliverRequest {
  return {
    destination: destination(),
    message: { to: PHONE, text: 'hello' },
    event: {
      id: 'e1',
      type: 'pointsIssued',
      brand: 'acme',
      source: 'capillary',
      customerId: null,
      occurredAt: '2026-01-01T00:00:00.000Z',
      receivedAt: '2026-01-01T00:00:00.000Z',
      data: {},
    },
    delivery: { id: 'v1', attempt: 1, idempotencyKey: 'k1' },
    signal: new AbortController().signal,
    ...overrides,
  };
}

const post: Definition['deliver'] = async ({ http, settings }, message) => {
  const response = await http.send({ method: 'POST', url: settings.url, json: { to: message.to } });
  return { externalId: 'm1', response: { status: response.status, body: response.text } };
};
const silent: RequestListener = () => undefined;

describe('an attempt', () => {
  it('passes the plugin instances of its classes, with defaults, and the context of the delivery', async () => {
    let seen: unknown;
    const { gateway } = host((context, message) => {
      const { credentials, settings, event, delivery } = context;
      seen = [credentials, settings, message, event.type, delivery.idempotencyKey, context.now()];
      return Promise.resolve({ externalId: 'm1' });
    });
    expect(await gateway.deliver(request())).toEqual({ kind: 'accepted', externalId: 'm1' });
    expect(seen).toEqual([
      expect.any(Credentials),
      expect.any(Settings),
      expect.any(Message),
      'pointsIssued',
      'k1',
      NOW,
    ]);
    expect(seen).toMatchObject([{ key: SECRET }, { mode: 'sync' }, { to: PHONE }, 'pointsIssued', 'k1', NOW]);
  });

  it('takes what only files can set from the sandbox of the demo, unless the destination has its own value', async () => {
    const regions: unknown[] = [];
    const deliver: Definition['deliver'] = ({ settings }) => {
      regions.push(settings.region);
      return Promise.resolve({ externalId: 'm1' });
    };
    const account = { credentials: { key: 'invented' }, settings: { url: 'http://127.0.0.1:9/', region: 'sandbox' } };
    const { gateway } = host(deliver, {}, new InProcessLocks(), { probe: account });
    await gateway.deliver(request());
    const own = { ...destination(), settings: { url: 'http://127.0.0.1:9/', region: 'file' } };
    await gateway.deliver(request({ destination: own }));
    expect(regions).toEqual(['sandbox', 'file']);
    expect(gateway.catalogue()[0]?.sandbox).toEqual({
      credentials: { key: 'invented' },
      settings: { url: 'http://127.0.0.1:9/' },
    });
    expect(host(deliver).gateway.catalogue()[0]?.sandbox).toBeNull();
  });

  it('does not write a refused request, and returns the reason as the outcome', async () => {
    let received = 0;
    const url = await serve((_request, response) => {
      received++;
      response.end('{}');
    });
    const ended: AttemptOutcome = { kind: 'internal_error', message: 'the lease has ended' };
    const { gateway } = host(post);
    const to = { destination: destination(url) };
    expect(await gateway.deliver(request({ ...to, beforeWrite: () => ended }))).toEqual(ended);
    expect(received).toBe(0);
    expect(await gateway.deliver(request({ ...to, beforeWrite: () => null }))).toMatchObject({ kind: 'accepted' });
    // If the attempt already sent a request, a refused second request does not decide the outcome. The plugin decides
    // it.
    const twice = host(async (context, message) => {
      await post(context, message);
      return post(context, message);
    });
    let writes = 0;
    const once = (): AttemptOutcome | null => (writes++ === 0 ? null : ended);
    expect(await twice.gateway.deliver(request({ ...to, beforeWrite: once }))).toMatchObject({ kind: 'transient' });
    expect(received).toBe(2);
  });

  it('returns a DeliveryError shortened and redacted', async () => {
    const error = new DeliveryError('throttled', `slow down ${SECRET} for ${PHONE} ${'x'.repeat(5_000)}`, {
      retryAfterMs: 1_000,
      vendorCode: '20429',
      response: {
        status: 429,
        body: `{"to":"919000000001","key":"${encodeURIComponent(SECRET)}"}${'y'.repeat(9_000)}`,
      },
    });
    const outcome = await host(() => Promise.reject(error)).gateway.deliver(request());
    expect(outcome).toMatchObject({ kind: 'throttled', retryAfterMs: 1_000, vendorCode: '20429' });
    expect(JSON.stringify(outcome)).not.toMatch(/top-secret|9000000001/);
    expect(JSON.stringify(outcome).length).toBeLessThan(5_500);
  });

  it.each([
    [NOW + 90_000, 90_000],
    [new Date(NOW + 90_000).toISOString(), 90_000],
    [NOW - 1, 0],
    ['tomorrow', undefined],
  ])('waits until the time %p that the vendor gives', async (retryAt, retryAfterMs) => {
    const { gateway } = host(() => Promise.reject(new DeliveryError('throttled', 'slow down', { retryAt })));
    const outcome = await gateway.deliver(request());
    expect(outcome).toEqual({
      kind: 'throttled',
      message: 'slow down',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  });

  it('shortens and redacts the vendor code, which every viewer sees', async () => {
    const vendorCode = `${PHONE} ${'x'.repeat(10_000)}`;
    const { gateway } = host(() => Promise.reject(new DeliveryError('rejected', 'no', { vendorCode })));
    const outcome = await gateway.deliver(request());
    expect(outcome).toMatchObject({ kind: 'rejected', vendorCode: `[redacted] ${'x'.repeat(89)}` });
  });

  it('redacts values that the vendor repeats in a successful response', async () => {
    const url = await serve((incoming, response) => void incoming.pipe(response));
    const outcome = await host(post).gateway.deliver(request({ destination: destination(url) }));
    expect(outcome).toEqual({
      kind: 'accepted',
      externalId: 'm1',
      request: { method: 'POST', url },
      response: { status: 200, body: '{"to":"[redacted]"}' },
    });
  });

  it('records the last request except token requests, without query, secrets and personal values', async () => {
    const url = await serve((_request, response) => void response.writeHead(400).end());
    const { gateway } = host(async ({ http, token, credentials }, { to }) => {
      await http.exchange({ method: 'POST', url: `${url}first`, json: {} });
      await token('a', async () => {
        await http.exchange({ method: 'POST', url: `${url}token`, json: {} });
        return { value: 'fetched-token', expiresInMs: 60_000 };
      });
      await http.send({
        method: 'PUT',
        url: `${url}rest/v2/of/${credentials.key}42/${to}/fetched-token?who=${to}#${to}`,
      });
      return {};
    });
    expect(await gateway.deliver(request())).toMatchObject({
      kind: 'rejected',
      request: { method: 'PUT', url: `${url}rest/v2/of/…/…/[redacted]` },
    });
  });

  it('records the request without the user and the secret in the host', async () => {
    const { gateway } = host(async ({ http, credentials }) => {
      await http.send({ method: 'GET', url: `http://who:why@${credentials.key}.invalid/messages` });
      return {};
    });
    expect(await gateway.deliver(request())).toMatchObject({
      request: { method: 'GET', url: 'http://[redacted].invalid/messages' },
    });
  });

  it('redacts recipient and enrichment values in any part of the response', async () => {
    const error = new DeliveryError('rejected', 'no', {
      response: { status: 400, body: 'Hello Asha, gold since 20260101, at asha@example.com' },
    });
    const lookedUp = {
      recipient: { email: 'asha@example.com' },
      enriched: { customer: { name: 'Asha', since: 20260101 } },
    };
    const outcome = await host(() => Promise.reject(error)).gateway.deliver({ ...request(), lookedUp });
    expect(outcome).toMatchObject({ response: { body: 'Hello [redacted], gold since [redacted], at [redacted]' } });
  });

  it('redacts sealed values of the event if the vendor repeats only a part of the message', async () => {
    const error = new DeliveryError('rejected', 'no card CARD-1 here', {
      response: { status: 400, body: 'unknown: CARD-1, born 19991231' },
    });
    const personal = ['CARD-1', { born: 19991231 }];
    const outcome = await host(() => Promise.reject(error)).gateway.deliver({ ...request(), personal });
    expect(outcome).toMatchObject({
      message: 'no card [redacted] here',
      response: { body: 'unknown: [redacted], born [redacted]' },
    });
  });

  it('redacts the token of the callback URL, which authenticates vendors that do not sign', async () => {
    const statusCallbackUrl = 'https://hub.example.com/v1/callbacks/0001/3f9c2a7e51d04b68?delivery=d1';
    const body = JSON.stringify({ told: statusCallbackUrl, form: encodeURIComponent(statusCallbackUrl) });
    const error = new DeliveryError('rejected', `no to ${statusCallbackUrl}`, { response: { status: 400, body } });
    const sent = request();
    const delivery = { ...sent.delivery, statusCallbackUrl };
    const outcome = await host(() => Promise.reject(error)).gateway.deliver({ ...sent, delivery });
    expect(outcome).toMatchObject({
      message: 'no to https://hub.example.com/v1/callbacks/0001/[redacted]?delivery=d1',
      response: { body: expect.stringContaining('[redacted]') },
    });
    expect(JSON.stringify(outcome)).not.toContain('3f9c2a7e51d04b68');
  });

  it('redacts a token that the plugin fetched, even if an earlier text was already redacted', async () => {
    const { gateway, log } = host(async ({ logger, token }) => {
      logger.info('asks for fetched-token-1');
      const { value } = await token('a', () => Promise.resolve({ value: 'fetched-token-1', expiresInMs: 60_000 }));
      logger.info(`got ${value}`);
      throw new DeliveryError('rejected', 'no', { response: { status: 400, body: `Bearer ${value}` } });
    });
    expect(await gateway.deliver(request())).toMatchObject({ response: { body: 'Bearer [redacted]' } });
    expect(JSON.stringify(log)).toContain('got [redacted]');
  });

  it("omits the vendor's message id if it contains the customer's number or address", async () => {
    const lookedUp = { recipient: { email: 'asha@example.com' }, enriched: {} };
    for (const externalId of [
      'asha@example.com',
      `mail/${Buffer.from('mail to asha@example.com').toString('base64')}`,
    ]) {
      const { gateway } = host(() => Promise.resolve({ externalId, response: { status: 200 } }));
      expect(await gateway.deliver({ ...request(), lookedUp })).toEqual({
        kind: 'accepted',
        response: { status: 200 },
      });
    }
    const { gateway } = host(() => Promise.resolve({ externalId: 'SM0020260a' }));
    const harmless = await gateway.deliver({ ...request(), lookedUp, personal: ['2026'] });
    expect(harmless).toEqual({ kind: 'accepted', externalId: 'SM0020260a' });
  });

  it('lets the plugin classify errors of its SDK', async () => {
    class SdkError extends Error {}
    const { gateway, log } = host(() => Promise.reject(new SdkError('x')), {
      classify: (error) => (error instanceof SdkError ? new DeliveryError('credentials', 'no') : undefined),
    });
    expect(await gateway.deliver(request())).toMatchObject({ kind: 'credentials', message: 'no' });
    expect(log).toEqual([]);
  });

  it('accepts a DeliveryError from another copy of the SDK', async () => {
    const foreign = Object.assign(new Error('gone'), {
      name: 'DeliveryError',
      kind: 'rejected',
      disableDestination: true,
    });
    expect(await host(() => Promise.reject(foreign)).gateway.deliver(request())).toMatchObject({
      kind: 'rejected',
      disableDestination: true,
    });
  });

  it.each<[string, Definition['deliver']]>([
    ['rejects', () => Promise.reject(new TypeError(`cannot read ${PHONE} of ${SECRET}`))],
    [
      'throws',
      () => {
        throw new TypeError(`cannot read ${PHONE}`);
      },
    ],
    [
      'throws no error',
      () => {
        AbortSignal.abort(PHONE).throwIfAborted();
        return Promise.resolve({});
      },
    ],
  ])('reports a bug if a plugin %s: transient, logged without the error text', async (_name, deliver) => {
    const { gateway, log } = host(deliver, {
      classify: () => {
        throw new Error('a second bug');
      },
    });
    const outcome = await gateway.deliver(request());
    expect(outcome.kind).toBe('transient');
    expect(log).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('plugin threw an error'),
        fields: { type: 'probe', deliveryId: 'v1' },
      },
    ]);
    expect(JSON.stringify([outcome, log])).not.toMatch(/9000000001|top-secret/);
  });

  it('reports a bug after the request was sent as unconfirmed, because the vendor may have the message', async () => {
    const url = await serve((_request, response) => response.end('not json'));
    const { gateway } = host(async (context, message) => {
      await post(context, message);
      throw new TypeError('x');
    });
    expect((await gateway.deliver(request({ destination: destination(url) }))).kind).toBe('unconfirmed');
  });

  it('reports a message that is not an object as not sent', async () => {
    expect((await host(post).gateway.deliver(request({ message: 'text' }))).kind).toBe('mapping');
  });

  it.each([undefined, null, { externalId: 7 }, { response: undefined }])('takes %p for an answer', async (result) => {
    const { gateway } = host(() => Promise.resolve(result as never));
    expect(await gateway.deliver(request())).toEqual({ kind: 'accepted' });
  });
});

describe('the time limit', () => {
  const outcomeOf = async (deliver: Definition['deliver'], url = 'http://127.0.0.1:9/'): Promise<AttemptOutcome> =>
    await host(deliver).gateway.deliver(request({ destination: destination(url, 100) }));

  it('makes a sent request unconfirmed', async () => {
    expect(await outcomeOf(post, await serve(silent))).toMatchObject({
      kind: 'unconfirmed',
      message: expect.stringContaining('time limit'),
    });
  });

  it('makes a plugin that stops itself transient before sending, unconfirmed afterwards', async () => {
    const url = await serve((_request, response) => response.end('{}'));
    const stopsLater: Definition['deliver'] = async (context, message) => {
      await post(context, message);
      return await new Promise((_resolve, reject) =>
        context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)),
      );
    };
    expect((await outcomeOf(stopsLater, url)).kind).toBe('unconfirmed');
    const onlyReads: Definition['deliver'] = async (context, message) => {
      await context.http.send({ method: 'GET', url: context.settings.url, readsOnly: true });
      context.signal.throwIfAborted();
      return await new Promise((_resolve, reject) =>
        context.signal.addEventListener('abort', () => reject(new Error(message.text))),
      );
    };
    expect((await outcomeOf(onlyReads, url)).kind).toBe('transient');
  });

  it('abandons a plugin that ignores it; a message that an SDK may have sent counts as sent', async () => {
    expect((await outcomeOf(() => new Promise(() => undefined))).kind).toBe('unconfirmed');
  });

  it('is unconfirmed after a server error, unless the vendor ignores repeats or the plugin says otherwise', async () => {
    const answering = (status: number) => serve((_request, response) => response.writeHead(status).end());
    const at = async (status: number, deliver = post, more: Partial<Definition> = {}) => {
      const { gateway } = host(deliver, more);
      return await gateway.deliver(request({ destination: destination(await answering(status)) }));
    };
    const refusing =
      (safeToRepeat: boolean): Definition['deliver'] =>
      async ({ http, settings }) => {
        const response = await http.exchange({ method: 'POST', url: settings.url, json: {} });
        throw vendorError('Acme', response, '7', { safeToRepeat, retryAfterMs: 5_000 });
      };
    for (const status of [500, 501, 502, 504, 505, 507, 520, 526]) {
      const found = { message: expect.stringMatching(/\. The vendor may have accepted the message/), vendorCode: '7' };
      expect(await at(status, refusing(false))).toMatchObject({ kind: 'unconfirmed', retryAfterMs: 5_000, ...found });
      expect(await at(status)).toMatchObject({ kind: 'unconfirmed', response: { status } });
      expect((await at(status, refusing(true))).kind).toBe('transient');
      expect((await at(status, post, { idempotent: true })).kind).toBe('transient');
    }
    expect((await at(503)).kind).toBe('transient');
    expect((await at(400)).kind).toBe('rejected');
  });

  it('is transient after a server error to a request that sends no message', async () => {
    const url = await serve((_request, response) => response.writeHead(500).end());
    const reads: Definition['deliver'] = async ({ http, settings }) => {
      await http.send({ method: 'GET', url: settings.url, readsOnly: true });
      return {};
    };
    expect((await outcomeOf(reads, url)).kind).toBe('transient');
    const refused = await serve((_request, response) => response.writeHead(401).end());
    // The first request was refused, and the server error is the answer to the request for a new token.
    const newToken: Definition['deliver'] = async ({ http, settings, token }) => {
      await http.exchange({ method: 'POST', url: refused, json: {} });
      await token('t', async () => {
        const { text } = await http.send({ method: 'POST', url: settings.url, json: {} });
        return { value: text, expiresInMs: 1_000 };
      });
      return {};
    };
    expect((await outcomeOf(newToken, url)).kind).toBe('transient');
  });

  it('counts a server error of a plugin’s own SDK as an answer to the message', async () => {
    const error = new DeliveryError('transient', 'failed', { response: { status: 500 } });
    expect((await outcomeOf(() => Promise.reject(error))).kind).toBe('unconfirmed');
  });

  it('still reads a response that arrived while the event loop was blocked', async () => {
    const server = await startAnsweringThread();
    stops.push(() => server.close());
    const limitMs = 4_000;
    let calls = 0;
    const { gateway } = host(async ({ http, settings }) => {
      const arrival = server.arrival();
      const sending = http.send({ method: 'POST', url: settings.url, json: {} });
      await arrival;
      // The first call opens the connection, so that the time of the second call does not include opening a connection.
      if (++calls === 1) server.allow();
      else server.blockUntilAnswered(limitMs);
      await sending;
      return {};
    });
    const call = (): Promise<AttemptOutcome> =>
      gateway.deliver(request({ destination: destination(server.url, limitMs) }));
    expect(await call()).toMatchObject({ kind: 'accepted' });
    expect(await call()).toMatchObject({ kind: 'accepted' });
  });

  it('counts waiting for a lock or a token as not sent', async () => {
    const url = await serve(silent);
    const waiting: Definition['deliver'] = async ({ token, http, settings }) => {
      const { value } = await token('t', async () => {
        const response = await http.send({
          method: 'POST',
          url: settings.url,
          form: { grant_type: 'client_credentials' },
        });
        return { value: response.text, expiresInMs: 1_000 };
      });
      return { externalId: value };
    };
    expect((await outcomeOf(waiting, url)).kind).toBe('transient');
    const { gateway } = host(({ lock }) => lock('k', () => new Promise(() => undefined)));
    const first = gateway.deliver(request({ destination: destination(url, 500) }));
    const second = await gateway.deliver(request({ destination: destination(url, 100) }));
    expect([second.kind, (await first).kind]).toEqual(['transient', 'unconfirmed']);
  });

  it.each<[string, NonNullable<Definition['limits']>]>([
    ['plugin’s', { timeoutMs: 100 }],
    ['plugin’s for such settings', ({ mode }) => ({ timeoutMs: mode === 'sync' ? 100 : 60_000 })],
  ])('is the destination’s, else the %s', async (_whose, limits) => {
    const { gateway } = host(post, { limits });
    const { timeoutMs: _unset, ...unlimited } = destination(await serve(silent));
    expect((await gateway.deliver(request({ destination: unlimited }))).kind).toBe('unconfirmed');
  });

  it('also ends a request that the plugin did not wait for', async () => {
    const url = await serve(() => undefined);
    let left: Promise<unknown> = Promise.resolve();
    const { gateway } = host(({ http }) => {
      left = http.send({ method: 'POST', url }).catch((error: unknown) => error);
      return Promise.resolve({});
    });
    const outcome = await gateway.deliver(request({ destination: destination(url, 200) }));
    expect(outcome.kind).toBe('accepted');
    expect(await left).toMatchObject({ message: expect.stringContaining('time limit') });
  });

  it('ends an attempt at shutdown', async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort());
    const outcome = await host(post).gateway.deliver(request({ destination: destination(url), signal: stop.signal }));
    expect(outcome).toMatchObject({ kind: 'unconfirmed', message: expect.stringContaining('stopping') });
    expect(
      (await host(post).gateway.deliver(request({ destination: destination(url), signal: stop.signal }))).kind,
    ).toBe('transient');
  });
});

describe('services for plugins', () => {
  it('run one function at a time under a lock', async () => {
    let running = 0;
    let most = 0;
    const { gateway } = host(({ lock }) =>
      lock('customer', async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return {};
      }),
    );
    await Promise.all(Array.from({ length: 10 }, () => gateway.deliver(request())));
    expect(most).toBe(1);
  });

  it('count no attempt if a lock request fails', async () => {
    const away = { run: () => Promise.reject(new Error('the database is away')) };
    const { gateway, log } = host(({ lock }) => lock('customer', () => Promise.resolve({})), {}, away);
    expect(await gateway.deliver(request())).toMatchObject({ kind: 'internal_error' });
    expect(log).toMatchObject([{ level: 'error', message: 'lock or token request of a plugin failed' }]);
  });

  it('fetch a token once, and again after it was dropped', async () => {
    let fetched = 0;
    const { gateway } = host(async ({ token }) => {
      const held = await token('t', () => Promise.resolve({ value: `t${++fetched}`, expiresInMs: 600_000 }));
      if (held.value === 't1') held.drop();
      return { externalId: held.value };
    });
    const ids = await Promise.all(Array.from({ length: 5 }, () => gateway.deliver(request())));
    expect(ids.map((outcome) => outcome.kind === 'accepted' && outcome.externalId)).toEqual([
      't1',
      't1',
      't1',
      't1',
      't1',
    ]);
    expect(await gateway.deliver(request())).toMatchObject({ externalId: 't2' });
    expect(await gateway.deliver(request())).toMatchObject({ externalId: 't2' });
  });

  it('log without secrets or personal values', async () => {
    const { gateway, log } = host(({ logger, credentials }, message) => {
      logger.warn(`odd ${message.to}`, { key: credentials.key, fine: 'fine' });
      return Promise.resolve({});
    });
    await gateway.deliver(request());
    expect(log).toMatchObject([{ level: 'warn', message: 'odd [redacted]' }]);
    expect(JSON.stringify(log)).toContain('fine');
    expect(JSON.stringify(log)).not.toContain(SECRET);
  });
});

describe('a pending message', () => {
  const sent = { externalId: 'file-1', pending: { pollAfterMs: 30_000 } };
  const ask = (poll: NonNullable<Definition['poll']>, url?: string) => {
    const { gateway, log } = host(() => Promise.resolve(sent), { poll });
    const { signal } = new AbortController();
    return gateway
      .poll({ destination: destination(url, 200), deliveryId: 'v1', externalId: 'file-1', signal })
      .then((outcome) => ({ outcome, log }));
  };

  it('is pending if the plugin can poll and the message has an id; otherwise accepted', async () => {
    const poll: Definition['poll'] = () => Promise.resolve({ state: 'done' });
    expect(await host(() => Promise.resolve(sent), { poll }).gateway.deliver(request())).toEqual({
      kind: 'pending',
      message: expect.any(String),
      externalId: 'file-1',
      pollAfterMs: 30_000,
    });
    expect((await host(() => Promise.resolve(sent)).gateway.deliver(request())).kind).toBe('accepted');
    const nameless = host(() => Promise.resolve({ pending: { pollAfterMs: 1 } }), { poll });
    expect((await nameless.gateway.deliver(request())).kind).toBe('accepted');
    const odd = host(() => Promise.resolve({ ...sent, pending: { pollAfterMs: Number.NaN } }), { poll });
    expect((await odd.gateway.deliver(request())).kind).toBe('accepted');
  });

  it('is polled by its ids until it is done', async () => {
    let asked: unknown;
    const { outcome } = await ask((context, names) => {
      asked = [context.credentials, names];
      return Promise.resolve({ state: 'done' });
    });
    expect(outcome).toEqual({ kind: 'accepted', externalId: 'file-1' });
    expect(asked).toEqual([expect.any(Credentials), { externalId: 'file-1', deliveryId: 'v1' }]);
    const later = await ask(() => Promise.resolve({ state: 'pending', pollAfterMs: 9 }));
    expect(later.outcome).toMatchObject({ kind: 'pending', pollAfterMs: 9, externalId: 'file-1' });
  });

  it('returns a redacted refusal, and never treats a lost response as unconfirmed', async () => {
    const refused = await ask(() => Promise.reject(new DeliveryError('rejected', `discarded: ${SECRET}`)));
    expect(refused.outcome).toEqual({ kind: 'rejected', message: 'discarded: [redacted]' });
    const lost = await ask(
      async ({ http, settings }) => {
        await http.send({ method: 'POST', url: settings.url, json: {} });
        return { state: 'done' };
      },
      await serve(silent),
    );
    expect(lost.outcome.kind).toBe('transient');
  });

  it.each([undefined, null, {}, { state: 'pending' }, { state: 'soon', pollAfterMs: 1 }])(
    'reports %p as a bug of the plugin, and polls again',
    async (result) => {
      const { outcome, log } = await ask(() => Promise.resolve(result as never));
      expect(outcome.kind).toBe('transient');
      expect(log).toMatchObject([{ level: 'error', message: expect.stringContaining('plugin threw an error') }]);
    },
  );
});

describe('verify', () => {
  const verifying = async (status: number): Promise<AttemptOutcome> => {
    const url = await serve((_request: IncomingMessage, response: ServerResponse) =>
      response.writeHead(status).end(SECRET),
    );
    const { gateway } = host(post, {
      async verify({ http, settings }) {
        await http.send({ method: 'POST', url: settings.url, json: {} });
      },
    });
    return await gateway.verify(destination(url), new AbortController().signal);
  };

  it('accepts, or returns the reason', async () => {
    expect(await verifying(200)).toEqual({ kind: 'accepted' });
    expect(await verifying(401)).toMatchObject({ kind: 'credentials', response: { status: 401, body: '[redacted]' } });
  });

  it('is never unconfirmed, because there is no message', async () => {
    const { gateway } = host(post, { verify: () => new Promise(() => undefined) });
    expect((await gateway.verify(destination('http://127.0.0.1:9/', 50), new AbortController().signal)).kind).toBe(
      'transient',
    );
  });
});

describe('facts', () => {
  it('come from the definition', () => {
    const { runtime } = host(post, { idempotent: (settings) => settings.mode === 'async', limits: { concurrency: 2 } });
    const message: Json = { to: PHONE, text: 'x' };
    expect(runtime.actions.check(message)).toEqual([]);
    expect(runtime.facts).toMatchObject({ type: 'probe', hasStatusCallback: false });
    expect(runtime.facts.limits({ url: 'x', mode: 'async' })).toEqual({ concurrency: 2 });
    expect([runtime.facts.idempotent({ url: 'x' }), runtime.facts.idempotent({ url: 'x', mode: 'async' })]).toEqual([
      false,
      true,
    ]);
    expect(runtime.facts.preset('pointsIssued')).toBeUndefined();
  });

  it('are the most careful ones if a function of the plugin throws', () => {
    const fails = (): never => {
      throw new Error('secret');
    };
    const { facts } = host(post, { limits: fails, idempotent: fails }).runtime;
    expect(facts.limits({ url: 'x' })).toEqual({ concurrency: 1 });
    expect(facts.idempotent({ url: 'x' })).toBe(false);
  });

  it('can depend on the settings, including their defaults', () => {
    const { facts } = host(post, { limits: ({ mode }) => ({ ratePerSecond: mode === 'async' ? 10 : 1 }) }).runtime;
    expect(facts.limits({ url: 'x' })).toEqual({ ratePerSecond: 1 });
    expect(facts.limits({ url: 'x', mode: 'async' })).toEqual({ ratePerSecond: 10 });
    expect(host(post).runtime.facts.limits({ url: 'x' })).toEqual({});
  });
});

describe('the check of settings', () => {
  const own = [{ field: 'url', message: 'must end with the mode' }];
  const checked = (settings: { url?: string; mode?: string }) =>
    host(post, {
      checkSettings: ({ url, mode }) => (url.endsWith(mode) ? [] : own),
    }).runtime.checkSettings(settings);

  it('includes the plugin’s own check, on settings with their defaults', () => {
    expect(checked({ url: 'https://example.com/sync' })).toEqual([]);
    expect(checked({ url: 'https://example.com/sync', mode: 'async' })).toEqual([
      { field: 'url', message: 'must end with the mode', missing: false },
    ]);
  });

  it('checks the rules of the fields first and stops if they fail', () => {
    expect(checked({})).toEqual([{ field: 'url', message: 'is required', missing: true }]);
    expect(host(post).runtime.checkSettings({ url: 'x' })).toEqual([]);
  });
});

describe('a plugin that uses axios', () => {
  const postAxios: Definition['deliver'] = async ({ axios, settings }, message) => {
    await axios.post(settings.url, { to: message.to });
    return {};
  };

  it('sends with the limits and the record of the attempt, and its errors have the kinds of http.send', async () => {
    for (const deliver of [post, postAxios]) {
      const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end(SECRET));
      const { gateway } = host(deliver);
      const outcome = await gateway.deliver(request({ destination: destination(url) }));
      expect(outcome).toMatchObject({ kind: 'throttled', retryAfterMs: 7_000, request: { method: 'POST' } });
      expect(JSON.stringify(outcome)).not.toContain(SECRET);
      const lost = await serve((incoming) => incoming.resume().on('end', () => incoming.destroy()));
      expect(await gateway.deliver(request({ destination: destination(lost) }))).toMatchObject({ kind: 'unconfirmed' });
      expect(await gateway.deliver(request({ destination: destination('http://10.1.2.3/') }))).toMatchObject({
        kind: 'rejected',
      });
    }
  });

  it('keeps the kind if the SDK of a vendor wraps the error', async () => {
    const url = await serve((_request, response) => response.writeHead(401).end());
    const { gateway } = host((context, message) =>
      postAxios(context, message).catch((error: unknown) => {
        throw new Error('the SDK failed', { cause: error });
      }),
    );
    expect(await gateway.deliver(request({ destination: destination(url) }))).toMatchObject({ kind: 'credentials' });
  });

  it('fetches tokens with it, whose lost answer is transient', async () => {
    const url = await serve((incoming) => incoming.resume().on('end', () => incoming.destroy()));
    const { gateway } = host(async ({ token, axios, settings }) => {
      await token('t', async () => ({ value: (await axios.post<string>(settings.url)).data, expiresInMs: 1_000 }));
      return {};
    });
    expect(await gateway.deliver(request({ destination: destination(url) }))).toMatchObject({ kind: 'transient' });
  });

  it('gets one instance per call', async () => {
    const seen: unknown[] = [];
    const { gateway } = host((context) => {
      seen.push(context.axios, context.axios);
      return Promise.resolve({});
    });
    await gateway.deliver(request());
    await gateway.deliver(request());
    expect([seen[0] === seen[1], seen[0] === seen[2]]).toEqual([true, false]);
  });
});
