import { describe, expect, it } from '@jest/globals';
import { InProcessLocks, type OpenDestination } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { messageShapes } from '@patchbay/mapping';
import { defineDestination, Field, TO_PHONE, type JsonObject } from '@patchbay/plugin-sdk';
import { PluginGateway } from '../plugin-gateway.js';
import { PluginRuntime } from './plugin-runtime.js';
import { TokenCache } from './token-cache.js';

class Values {
  @Field({ label: 'URL', optional: true })
  url?: string;
}
class TemplateMessage {
  @Field(TO_PHONE)
  phone: string;
  @Field({ label: 'Template' })
  template: string;
}
class TextMessage {
  @Field({ label: 'Text', personal: true })
  text: string;
}

const TEMPLATE = { $action: 'sendTemplate', phone: '+15005550010', template: 'points' };
const TEXT = { $action: 'sendText', text: 'Hello' };

function host() {
  const sent: unknown[] = [];
  const definition = defineDestination({
    type: 'probe',
    label: 'Probe',
    description: 'For tests.',
    category: 'chat',
    messaging: 'chat',
    contract: 2,
    contextHttpOnly: true,
    credentials: Values,
    settings: Values,
    verify: () => Promise.resolve(),
    batch: ({ url }) => (url === undefined ? undefined : { size: 10, within: 1 }),
    actions: {
      sendTemplate: {
        label: 'Template',
        message: TemplateMessage,
        deliver(_context, message) {
          sent.push(message);
          return Promise.resolve({ externalId: message.template });
        },
        deliverBatch: (_context, messages) =>
          Promise.resolve({
            outcomes: messages.map(({ message }, index) => ({ index, externalId: message.template })),
          }),
      },
      sendText: {
        label: 'Text',
        message: TextMessage,
        async deliver({ http }, { text }) {
          await http.send({ method: 'POST', url: 'http://127.0.0.1:9/', json: { text } });
          return {};
        },
        deliverBatch: () => Promise.reject(new Error('unused')),
      },
    },
  });
  const log: string[] = [];
  const write = (_fields: object, message: string): void => void log.push(message);
  const ports = {
    egress: createEgressPolicy(''),
    logger: { info: write, warn: write, error: write },
    locks: new InProcessLocks(),
    clock: { now: () => 0 },
  };
  const plugin = { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
  const runtime = new PluginRuntime(plugin, ports, new TokenCache(() => 0));
  return { gateway: new PluginGateway([runtime], ports.logger), runtime, sent, log };
}

function destination(settings: JsonObject = {}): OpenDestination {
  const names = { id: 'd1', brandId: 'b1', brandName: 'acme', type: 'probe', version: 1 };
  return { ...names, credentials: {}, settings, timeoutMs: 5_000 };
}

const event = {
  ...{ id: 'e1', type: 'pointsIssued', brand: 'acme', source: 'capillary', customerId: null, data: {} },
  ...{ occurredAt: '2026-01-01T00:00:00.000Z', receivedAt: '2026-01-01T00:00:00.000Z' },
};

const request = (message: JsonObject, id = 'v1') => ({
  message,
  event,
  delivery: { id, attempt: 1, idempotencyKey: id },
});

describe('a plugin with actions', () => {
  it('checks a message with the class of its action', () => {
    const { gateway } = host();
    expect(gateway.checkMessage('probe', TEMPLATE)).toEqual([]);
    expect(gateway.checkMessage('probe', TEXT)).toEqual([]);
    expect(gateway.checkMessage('probe', { ...TEXT, template: 'x' })).toMatchObject([{ field: 'template' }]);
    expect(gateway.checkMessage('probe', { $action: 'sendTemplate', text: 'x' })).toMatchObject([
      { field: 'phone', missing: true },
      { field: 'template', missing: true },
      { field: 'text' },
    ]);
  });

  it('lists the actions if a message or a mapping names none or another one', () => {
    const { gateway } = host();
    const missing = { field: '$action', message: 'is missing; name one of sendTemplate, sendText', missing: true };
    expect(gateway.checkMessage('probe', { text: 'x' })).toEqual([missing]);
    const shapes = messageShapes({ locale: '{{ recipient.locale }}', en: { text: 'x' } });
    expect(shapes.flatMap((shape) => gateway.checkMessageShape('probe', shape))).toEqual([missing]);
    expect(gateway.checkMessage('probe', { $action: 'sendTexts' })).toEqual([
      {
        field: '$action',
        message: 'is not an action of probe; use one of sendTemplate, sendText. Did you mean "sendText"?',
        missing: false,
      },
    ]);
    expect(gateway.checkMessage('probe', { $action: 'constructor' })).toMatchObject([{ field: '$action' }]);
  });

  it('describes each action in the catalogue, with the schema of a whole message', () => {
    const [info] = host().gateway.catalogue();
    expect(info?.actions).toMatchObject([
      { name: 'sendTemplate', label: 'Template', message: { fields: [{ name: 'phone' }, { name: 'template' }] } },
      {
        name: 'sendText',
        message: { schema: { properties: { $action: { const: 'sendText' } }, required: ['$action', 'text'] } },
      },
    ]);
  });

  it('knows the addresses of a message by its action', () => {
    const { facts } = host().runtime;
    expect(facts.addressPathsOf(TEMPLATE)).toEqual([{ path: 'phone', kind: 'phone' }]);
    expect(facts.addressPathsOf(TEXT)).toEqual([]);
  });

  it('delivers by the action of the message, whose class has no $action', async () => {
    const { gateway, sent } = host();
    const { signal } = new AbortController();
    expect(await gateway.deliver({ ...request(TEMPLATE), destination: destination(), signal })).toMatchObject({
      kind: 'accepted',
      externalId: 'points',
    });
    expect(sent).toEqual([Object.assign(new TemplateMessage(), { phone: '+15005550010', template: 'points' })]);
    const gone = await gateway.deliver({
      ...request({ $action: 'sendFile' }),
      ...{ destination: destination(), signal },
    });
    expect(gone).toEqual({ kind: 'mapping', message: expect.stringContaining('use one of sendTemplate, sendText') });
  });

  it('records the request of the action', async () => {
    const recording = await host().gateway.recordRequest({ destination: destination(), message: TEXT, event });
    expect(recording).toMatchObject({ request: { method: 'POST', body: '{"text":"Hello"}' } });
  });

  it('sends batches of one action only', async () => {
    const { gateway, log } = host();
    const call = { destination: destination({ url: 'x' }), batchId: 'b1', signal: new AbortController().signal };
    const same = await gateway.deliverBatch({ ...call, messages: [request(TEMPLATE), request(TEMPLATE, 'v2')] });
    expect(same).toMatchObject([
      { kind: 'accepted', externalId: 'points' },
      { kind: 'accepted', externalId: 'points' },
    ]);
    const mixed = await gateway.deliverBatch({ ...call, messages: [request(TEMPLATE), request(TEXT, 'v2')] });
    expect(mixed).toMatchObject([{ kind: 'transient' }, { kind: 'transient' }]);
    expect(log).toEqual(['plugin threw an error that is not a DeliveryError']);
  });
});
