import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, type Json } from '@patchbay/core';
import { sampleChecks } from '../testing/sample-checks.js';
import { valueAt } from '../field-path.js';
import { brandFileSchema } from './brand-file.schema.js';
import { checkOpenBrand } from './check-brand.js';
import { parseDuration } from './parse-duration.js';
import { toContent } from './to-content.js';
import { toDefinition } from './to-definition.js';

const PLACE = {
  match: '*.csv',
  s3: {
    ...{ bucket: 'exports', prefix: 'nightly/', region: 'ap-south-1', endpoint: 'https://s3.example.com' },
    ...{ accessKeyId: 'AKIAINVENTED', secretAccessKey: 'invented-secret' },
  },
};

/** Sample that uses every key of a brand file. */
const everything = {
  brand: 'acme',
  timezone: 'Asia/Kolkata',
  privacy: { mode: 'pii-less', keep: ['data.totalPointsIssued'], personal: ['data.customFields.nickname'] },
  retention: '90d',
  recipients: {
    order: ['resolver', 'event'],
    consent: {
      sms: '{{ recipient.smsOptIn }}',
      email: '{{ recipient.a }}',
      push: '{{ recipient.b }}',
      whatsapp: '{{ recipient.c }}',
      chat: '{{ recipient.d }}',
    },
    transactionalConsent: {
      sms: '{{ recipient.e }}',
      email: '{{ recipient.f }}',
      push: '{{ recipient.g }}',
      whatsapp: '{{ recipient.h }}',
      chat: '{{ recipient.i }}',
    },
    resolver: {
      type: 'http',
      url: 'https://crm.acme.example/contacts',
      method: 'POST',
      headers: { authorization: 'Bearer invented-token' },
      body: { ids: '{{ customerIds }}' },
      timeout: '2500ms',
      retries: 1,
      cacheSeconds: 90,
      mapping: { phone: '{{ body.mobile }}' },
      customerId: '{{ body.id }}',
      bulk: { size: 50, within: '20ms', items: '{{ body.items }}' },
    },
  },
  enrichment: {
    capillary: {
      baseUrl: 'https://eu.api.capillarytech.com',
      key: 'invented-key',
      secret: 'invented-secret',
      source: 'WEB_ENGAGE',
      accountId: 'a1',
      programId: 'p1',
      ratePerMinute: 60,
      timeout: '3s',
      retries: 0,
      cacheSeconds: 0,
      cacheSecondsOf: { customer: 0, points: 30, tier: 900, transaction: 1 },
      staleIfErrorSeconds: 600,
      onFailure: 'continue',
    },
    http: {
      tiers: {
        url: 'https://tiers.acme.example/{{ event.customerId }}',
        method: 'POST',
        headers: { 'x-api-key': 'invented-api-key' },
        body: { id: '{{ event.customerId }}' },
        timeout: '1s',
        retries: 1,
        cacheSeconds: 5,
        mapping: { tier: '{{ body.tier }}' },
        recipient: { email: '{{ body.email }}' },
        onFailure: 'retry',
      },
    },
  },
  platform: {
    capillary: {
      baseUrl: 'https://sea.api.capillarytech.com',
      key: 'invented-key-of-platform',
      secret: 'invented-secret-of-platform',
      org: 1800,
      ratePerMinute: 200,
      logs: {
        entries: 'data.content',
        fields: { id: 'eventId', type: 'eventName', time: 'eventTime', status: 'status', payload: 'payload' },
        waiting: ['RETRYING'],
        page: { parameter: 'page', first: 1 },
        size: { parameter: 'size', entries: 100 },
        range: { from: 'startDate', to: 'endDate' },
      },
    },
  },
  messaging: {
    caps: {
      sms: { max: 3, per: '1d' },
      email: { max: 10, per: '7d' },
      push: { max: 1, per: '90m' },
      whatsapp: { max: 2, per: '1d' },
      chat: { max: 4, per: '1h' },
    },
  },
  sources: {
    shop: {
      adapter: 'json',
      auth: {
        headers: { 'x-acme-token': ['invented-token', 'invented-token-before'] },
        basic: [{ username: 'till', password: 'invented-password' }],
        bearer: ['invented-bearer'],
        standardWebhooks: ['whsec_aW52ZW50ZWQgc2VjcmV0IGZvciB0ZXN0cyBvbmx5'],
      },
      paths: { id: 'id', type: 'kind', occurredAt: 'at', customerId: 'customer', data: 'payload' },
      customer: '{{ data.mobile | default: data.email }}',
      limits: { ratePerSecond: 50, burst: 100 },
      files: {
        format: 'csv',
        delimiter: ';',
        encoding: 'latin1',
        event: { type: '{{ row.kind }}' },
        perSecond: 20,
        from: PLACE,
      },
    },
  },
  destinations: {
    crm: {
      type: 'webhook',
      credentials: { basic: { username: 'u', password: 'invented-password' } },
      settings: { url: 'https://crm.example.com/in' },
      limits: {
        ratePerSecond: 2.5,
        burst: 3,
        concurrency: 4,
        timeoutMs: 9_000,
        statusTimeoutMs: 3_600_000,
        group: 'vendor',
      },
      retry: { schedule: ['0s', '90s', '36h'], onUnconfirmed: 'hold', pauseAfter: '2h' },
      messaging: { sendAfter: '10m', contactInterval: '30d', quota: { max: 1_000, per: '1d', excess: 'wait' } },
    },
    plain: { type: 'webhook', settings: { url: 'https://crm.example.com/in' } },
    sms: {
      type: 'twilio-sms',
      credentials: { accountSid: 'AC1', authToken: 'invented-token' },
      settings: { from: 'A' },
    },
    other: { type: 'twilio-sms', credentials: { accountSid: 'AC2', authToken: 'invented' }, settings: { from: 'B' } },
    third: { type: 'twilio-sms', credentials: { accountSid: 'AC3', authToken: 'invented' }, settings: { from: 'C' } },
  },
  subscriptions: {
    all: {
      source: 'shop',
      events: ['points*', 'tierUpgraded'],
      when: { data: { $exists: true } },
      enrich: ['customer', 'tiers'],
      destination: 'sms',
      mapping: { body: { points: '{{ data.totalPointsIssued }}' } },
      ordering: { by: 'customer', paths: ['data.loyaltyProgramId'], onDead: 'block' },
      supersede: true,
      messaging: {
        purpose: 'transactional',
        quietHours: { from: '21:00', to: '09:00' },
        expireAfter: '1d',
        sendAfter: '5m',
        cancelOn: { events: ['pointsRedeemed'], reference: 'data.totalPointsIssued' },
        fallback: [
          { destination: 'other', on: ['rejected', 'undelivered'], after: '10m', mapping: { body: 'x' } },
          { destination: 'third', mapping: { body: 'y' } },
        ],
      },
    },
  },
} satisfies Json;

/** Brand that Capillary sends events to, with a secret that the hub makes. */
const platformBrand = {
  brand: 'acme',
  platform: { capillary: { baseUrl: 'https://eu.api.capillarytech.com/', key: 'k', secret: 's' } },
  sources: { in: { adapter: 'capillary', auth: { generated: true } } },
} satisfies Json;

const CURSOR_LOGS = { fields: { id: 'a.0', type: 'b' }, cursor: { parameter: 'after', next: 'next' } };

/** Keys that conflict with other keys of the sample, and `renamedFrom`, which is not stored. */
const EXCLUDED = [
  'sources.*.files.from.folder',
  'sources.*.files.from.sftp',
  'destinations.*.renamedFrom',
  'platform.capillary.logs.cursor',
  'enrichment.capillary.username',
  'enrichment.capillary.password',
  'sources.*.auth.generated',
  'subscriptions.*.messaging.digest',
  'subscriptions.*.route',
];

/** Lists the keys of a schema that the sample does not use. Ignores keys below fields that accept any JSON. */
function unused(schema: unknown, value: unknown, at: string): string[] {
  const properties = valueAt(schema, ['properties']);
  const each = valueAt(schema, ['additionalProperties']);
  const otherwise = valueAt(schema, ['else']);
  if (otherwise !== undefined) return unused(otherwise, value, at);
  if (typeof properties === 'object' && properties !== null) {
    return Object.entries(properties).flatMap(([name, below]) => {
      const path = at === '' ? name : `${at}.${name}`;
      const child = valueAt(value, [name]);
      return child === undefined ? [path] : unused(below, child, path);
    });
  }
  if (typeof each !== 'object') return [];
  const first: unknown = Object.values(value ?? {})[0];
  return unused(each, first, `${at}.*`);
}

describe('toContent', () => {
  it.each<[string, Json]>([
    ['everything', everything],
    ['only a name', { brand: 'acme' }],
    ['the default order of recipients', { ...everything, recipients: { resolver: everything.recipients.resolver } }],
    [
      'a digest and cancelOn without reference',
      {
        ...everything,
        subscriptions: {
          all: {
            ...{ source: 'shop', events: ['pointsIssued'], destination: 'sms', mapping: { body: 'x' } },
            messaging: { digest: '10m', cancelOn: ['issuedPointsReversed'] },
          },
        },
      },
    ],
    [
      'a route',
      {
        ...everything,
        subscriptions: {
          all: {
            ...{ source: 'shop', events: ['pointsIssued'], enrich: ['tiers'] },
            route: [
              { when: { 'enriched.tiers.name': 'Gold' }, destination: 'other', mapping: { body: 'x' } },
              { destination: 'sms', mapping: { body: 'y' } },
            ],
          },
        },
      },
    ],
    ['a platform with a generated secret', platformBrand],
    [
      'a log with a cursor and no further settings',
      {
        ...platformBrand,
        platform: { capillary: { ...platformBrand.platform.capillary, logs: CURSOR_LOGS } },
      },
    ],
    ['a lookup that uses the platform', { ...platformBrand, enrichment: { capillary: { source: 'WECHAT' } } }],
    [
      'a till',
      { brand: 'acme', enrichment: { capillary: { baseUrl: 'https://a.example', username: 'u', password: 'p' } } },
    ],
  ])('results in the same definition: %s', (_case, written) => {
    const { definition } = checkOpenBrand(written, sampleChecks);
    if (definition === undefined) throw new Error('The sample is invalid.');
    const content = toContent(definition);
    expect(toDefinition(content)).toEqual(definition);
    expect(checkOpenBrand(JSON.parse(JSON.stringify(content)) as Json, sampleChecks).definition).toEqual(definition);
  });

  it('is tested with every key of a brand file', () => {
    expect(unused(brandFileSchema, everything, '').filter((path) => !EXCLUDED.includes(path))).toEqual([]);
  });

  it('omits the default order of recipients', () => {
    expect(toContent(toDefinition({ brand: 'acme' })).recipients).toEqual({});
    expect(toContent(toDefinition({ brand: 'acme', recipients: { order: ['event'] } })).recipients).toEqual({});
  });
});

describe('formatDuration and parseDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [1_500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [36_000_000, '10h'],
    [86_400_000, '1d'],
  ])('formats %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('parses what it formats', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (count, unit) => {
        const ms = parseDuration(`${count}${unit}`);
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
