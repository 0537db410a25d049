import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSecretResolver, loadBrandText } from '@patchbay/config';
import {
  InProcessLocks,
  mappingScope,
  previewMessage,
  systemClock,
  type BrandDefinition,
  type JsonObject,
} from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { compileTask, renderTask } from '@patchbay/mapping';
import { discoverPlugins, PluginGateway, PluginRuntime, TokenCache } from '@patchbay/plugin-host';
import { smsSize } from '@patchbay/plugin-sdk';
import { sourceAdapters } from '@patchbay/sources';
import { discoverSandboxes } from '@patchbay/testing';
import {
  ASHA,
  eventOf,
  exampleBrand,
  EXAMPLES,
  EXPECTED,
  FLOWS,
  flowText,
  FRAME,
  LAYLA,
  MESSAGE_STATUS,
  objectAt,
  yaml,
  type Expected,
  type Person,
} from '@patchbay/testing/examples';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const plugins = await discoverPlugins({ pluginsDir: resolve('plugins'), packages: [], fromSources: true });
const ports = { egress: createEgressPolicy(''), logger, locks: new InProcessLocks(), clock: systemClock };
const gateway = new PluginGateway(
  plugins.map((plugin) => new PluginRuntime(plugin, ports, new TokenCache(() => systemClock.now()))),
  logger,
);
const adapters = sourceAdapters();
const types = gateway.catalogue().map(({ type }) => type);
const sandboxes = await discoverSandboxes(resolve('plugins'));

/** Returns an invented credential of a sandbox in the format that the vendor requires. */
function invented(type: string, field: string): string {
  const value = sandboxes.find((sandbox) => sandbox.type === type)?.credentials[field];
  return typeof value === 'string' ? value : '';
}

const env = {
  ACME_TOKEN: 'invented-source-token',
  ACME_CRM_URL: 'https://crm.acme.example',
  ACME_CRM_TOKEN: 'invented-crm-token',
  TWILIO_SID: invented('twilio-sms', 'accountSid'),
  TWILIO_TOKEN: invented('twilio-sms', 'authToken'),
  FCM_SERVICE_ACCOUNT: invented('fcm-push', 'serviceAccount'),
  SENDGRID_KEY: invented('sendgrid-email', 'apiKey'),
  MEDALLIA_ID: invented('medallia-survey', 'clientId'),
  MEDALLIA_SECRET: invented('medallia-survey', 'clientSecret'),
  MAGENTO_TOKEN: 'invented-magento-token',
  CDP_TOKEN: 'invented-cdp-token',
};

function load(flow: string): BrandDefinition {
  return definitionOf(`${readFileSync(FRAME, 'utf8')}\n${flowText(flow)}`);
}

function definitionOf(text: string): BrandDefinition {
  const { definition, problems } = loadBrandText(text, FRAME, {
    resolveSecret: createSecretResolver(env),
    checks: {
      adapters,
      destinations: gateway,
      hasPublicUrl: true,
      sharesAwsCredentials: () => false,
      destinationTypes: () => types,
      compile: compileTask,
      secretFields: (type) => gateway.secretPaths(type).credentials,
    },
  });
  expect(problems).toEqual([]);
  if (definition === undefined)
    throw new Error('An example in config/examples is invalid. Fix the problems that the assertion above lists.');
  return definition;
}

/** Renders the message of a documented event without sending the message. */
function messageOf(definition: BrandDefinition, subscriptionName: string, step: number, type: string, person: Person) {
  const subscription = definition.subscriptions.find(({ name }) => name === subscriptionName);
  const from = step === 0 ? subscription : subscription?.messaging?.fallback[step - 1];
  const destination = definition.destinations.find(({ name }) => name === from?.destination);
  const adapter = adapters.get('capillary');
  const [read] = adapter?.read(eventOf(type, person, 'e'), {}, {}) ?? [];
  if (destination === undefined || from?.mapping === undefined || adapter === undefined || read?.kind !== 'event') {
    throw new Error(
      `The subscription ${subscriptionName} has no destination, mapping or event to preview. Check the example.`,
    );
  }
  const { data } = read.event;
  const known = { phone: `+${person.mobile}`, email: person.email, pushToken: person.device, locale: person.language };
  const at = '2026-03-04T10:00:00.000Z';
  const event = {
    ...{ id: 'e', type, brand: 'acme', source: 'capillary', customerId: person.customerId },
    ...{ occurredAt: at, receivedAt: at, data },
  };
  const recipient = { ...known, ...adapter.recipientOf(type, data) };
  const { timezone } = definition;
  const scope = mappingScope({ event, brand: { name: 'acme', timezone }, recipient });
  return previewMessage(renderTask({ template: from.mapping, options: { timezone }, scope }), (message) =>
    gateway.checkMessage(destination.type, message),
  );
}

function textOf(message: JsonObject | null): { text: unknown; subject?: unknown } {
  const { text, body, subject = message?.title } = message ?? {};
  return { text: text ?? body, ...(subject === undefined ? {} : { subject }) };
}

describe.each(FLOWS)('example %s', (flow) => {
  it('is valid together with the common brand file', () => {
    expect(load(flow).subscriptions.length).toBeGreaterThan(0);
  });

  const expected = EXPECTED.filter((one) => one.flow === flow);
  for (const one of expected) {
    it(`renders the expected message in both languages: ${one.subscription}, step ${one.step ?? 0}`, () => {
      const definition = load(flow);
      for (const [person, says] of [
        [ASHA, one.en],
        [LAYLA, one.ar],
      ] as const) {
        const { message, problems } = messageOf(definition, one.subscription, one.step ?? 0, one.event, person);
        expect(problems).toEqual([]);
        expect(textOf(message)).toEqual(says);
      }
    });
  }

  it('has an expected message for every subscription and step', () => {
    const steps = load(flow).subscriptions.flatMap(({ name, messaging }) =>
      messaging === undefined ? [] : [0, ...messaging.fallback.keys()].map((_, index) => `${name} ${index}`),
    );
    expect(expected.map(({ subscription, step = 0 }: Expected) => `${subscription} ${step}`)).toEqual(steps);
  });
});

describe('SMS of the examples', () => {
  it('has at most three segments', () => {
    const texts = EXPECTED.filter(({ en }) => en.subject === undefined).flatMap(({ en, ar }) => [en.text, ar.text]);
    expect(texts.filter((text) => smsSize(text).segments > 3)).toEqual([]);
  });

  it('contains only GSM-7 characters in English, because other characters make it twice as long', () => {
    const texts = EXPECTED.filter(({ en }) => en.subject === undefined).map(({ en }) => en.text);
    expect(texts.filter((text) => smsSize(text).encoding !== 'gsm7')).toEqual([]);
  });
});

describe('message to a survey or a shop', () => {
  it("contains the customer's language", () => {
    const { message, problems } = messageOf(
      load('transaction-survey'),
      'transaction-survey',
      0,
      'transactionAdded',
      LAYLA,
    );
    expect(problems).toEqual([]);
    expect(message).toMatchObject({ record: { locale: 'ar', amount: 50000, currency: 'INR', store_code: 'blr01' } });
  });

  it.each([
    ['pointsIssued', 120],
    ['pointsRedeemed', 80],
  ])('contains the balance after %s', (type, points) => {
    const { message, problems } = messageOf(load('shop-balance'), 'shop-balance', 0, type, ASHA);
    expect(problems).toEqual([]);
    expect(message).toMatchObject({ match: 'asha@example.com', customAttributes: { loyalty_points: points } });
  });
});

describe('message-status.yaml', () => {
  const own = yaml(readFileSync(MESSAGE_STATUS, 'utf8'));
  const frame = exampleBrand(['welcome']);
  const definition = definitionOf(
    JSON.stringify({
      ...frame,
      destinations: { ...objectAt(frame, 'destinations'), ...objectAt(own, 'destinations') },
      subscriptions: { ...objectAt(frame, 'subscriptions'), ...objectAt(own, 'subscriptions') },
    }),
  );
  const catalogue = adapters.get('patchbay')?.catalogue() ?? [];

  const samples = catalogue.flatMap(({ type, sample = {} }) => (type.startsWith('message.') ? [{ type, sample }] : []));

  it.each(samples)('renders $type without a problem', ({ type, sample }) => {
    const { mapping } = definition.subscriptions.find(({ name }) => name === 'message-status') ?? {};
    if (mapping === undefined) throw new Error('message-status.yaml has no mapping. Correct it in config/examples.');
    const at = '2026-03-04T10:00:00.000Z';
    const event = {
      ...{ id: 'e', type, brand: 'acme', source: 'patchbay', customerId: null },
      ...{ occurredAt: at, receivedAt: at, data: sample },
    };
    const scope = mappingScope({ event, brand: { name: 'acme', timezone: 'UTC' }, recipient: {} });
    const rendered = renderTask({ template: mapping, options: { timezone: 'UTC' }, scope });
    const { message, problems } = previewMessage(rendered, (one) => gateway.checkMessage('webhook', one));
    expect(problems).toEqual([]);
    expect(message).toMatchObject({
      body: { messageId: sample['deliveryId'], status: type.slice('message.'.length), channel: 'sms' },
    });
  });
});

describe('docs/messaging.md', () => {
  it('begins with an example that is valid without changes', () => {
    const block = /```yaml\n([^]*?)```/.exec(readFileSync(resolve('docs/messaging.md'), 'utf8'))?.[1] ?? '';
    const { messaging: _own, ...frame } = exampleBrand([]);
    const definition = definitionOf(JSON.stringify({ ...frame, ...yaml(block) }));
    expect(definition.caps).toEqual({ sms: { max: 3, perMs: 86_400_000 } });
    expect(definition.subscriptions[0]?.messaging?.fallback).toHaveLength(2);
  });
});

describe('README.md', () => {
  it('has a link to every example', () => {
    const page = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
    for (const flow of FLOWS) expect(page).toContain(`[${flow}](flows/${flow}.yaml)`);
    expect(page).toContain('[message-status.yaml](message-status.yaml)');
  });
});
