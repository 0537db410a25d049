import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY_SCHEDULE_MS, formatProblem } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';

const env = {
  TOKEN: 'invented-token',
  OLD: 'invented-old-token',
  SID: 'ACinvented',
  EMPTY: '',
  NESTED: '${env:TOKEN}',
};
const options = {
  resolveSecret: createSecretResolver({ ...env, PATCHBAY_MASTER_KEY: 'x', REDIS_URL: 'x' }),
  checks: sampleChecks,
};

function load(text: string): BrandFileResult {
  return loadBrandText(text, 'brands/acme.yaml', options);
}

/** Valid brand file in which parts can be replaced. */
function file(parts: Partial<Record<'top' | 'source' | 'destination' | 'subscription', string>> = {}): string {
  return `brand: acme
${parts.top ?? 'timezone: Asia/Kolkata'}
sources:
  capillary:
${parts.source ?? '    adapter: capillary\n    auth: { bearer: ["${env:TOKEN}"] }'}
destinations:
  hook:
${parts.destination ?? '    type: webhook\n    settings: { url: "https://hook.example.com" }'}
subscriptions:
  all:
${parts.subscription ?? '    source: capillary\n    events: ["*"]\n    destination: hook'}
`;
}

const SOURCE = '    source: capillary\n    destination: hook';

describe('loadBrandText', () => {
  it('returns a definition with resolved secrets and defaults', () => {
    const text = `brand: acme
timezone: Asia/Kolkata
privacy: { mode: pii-less, keep: [data.store.code], personal: [data.customFields.nickname] }
retention: 90d
sources:
  capillary:
    adapter: capillary
    auth: { headers: { X-Acme-Token: ["\${env:TOKEN}", "\${env:OLD}"] } }
  shop:
    adapter: json
    auth: { basic: [{ username: shop, password: "\${env:TOKEN}" }] }
    paths: { id: order.id, type: kind }
recipients: { order: [event] }
destinations:
  sms:
    type: twilio-sms
    credentials: { accountSid: AC1, authToken: "\${env:TOKEN}", keys: [{ name: one, secret: "Key \${env:OLD}!" }] }
    settings: { from: "+15005550006" }
    limits: { ratePerSecond: 0.5, concurrency: 5, timeoutMs: 10000 }
    retry: { schedule: [0s, 500ms, 5m, 2h, 1d], onUnconfirmed: hold, pauseAfter: 6h }
  hook:
    type: webhook
    settings: { url: "https://hook.example.com" }
subscriptions:
  big-points:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "{{ data.totalPointsIssued }} points" }
  redeemed: { source: capillary, events: ["pointsRe*"], destination: sms, ordering: customer }
  states:
    source: capillary
    events: [tierUpgraded]
    destination: hook
    ordering: { by: customer, paths: [data.store.code], onDead: skip }
    supersede: true
`;
    expect(load(text)).toEqual({
      file: 'brands/acme.yaml',
      problems: [],
      warnings: [
        expect.objectContaining({
          field: 'subscriptions.states.events[0]',
          message: 'the catalogue of capillary has no event type "tierUpgraded".',
        }),
      ],
      definition: {
        brand: 'acme',
        timezone: 'Asia/Kolkata',
        privacy: { mode: 'pii-less', keep: ['data.store.code'], personal: ['data.customFields.nickname'] },
        retentionDays: 90,
        recipients: { order: ['event'] },
        sources: [
          {
            name: 'capillary',
            adapter: 'capillary',
            auth: { headers: { 'x-acme-token': ['invented-token', 'invented-old-token'] } },
          },
          {
            name: 'shop',
            adapter: 'json',
            auth: { basic: [{ username: 'shop', password: 'invented-token' }] },
            paths: { id: 'order.id', type: 'kind' },
          },
        ],
        destinations: [
          {
            name: 'sms',
            type: 'twilio-sms',
            credentials: {
              accountSid: 'AC1',
              authToken: 'invented-token',
              keys: [{ name: 'one', secret: 'Key invented-old-token!' }],
            },
            settings: { from: '+15005550006' },
            limits: { ratePerSecond: 0.5, concurrency: 5, timeoutMs: 10_000 },
            retry: {
              scheduleMs: [0, 500, 300_000, 7_200_000, 86_400_000],
              onUnconfirmed: 'hold',
              pauseAfterMs: 21_600_000,
            },
          },
          {
            name: 'hook',
            type: 'webhook',
            credentials: {},
            settings: { url: 'https://hook.example.com' },
            limits: {},
            retry: { scheduleMs: DEFAULT_RETRY_SCHEDULE_MS },
          },
        ],
        subscriptions: [
          {
            name: 'big-points',
            source: 'capillary',
            events: ['pointsIssued'],
            when: { 'data.totalPointsIssued': { $gte: 50 } },
            destination: 'sms',
            mapping: { to: '{{ recipient.phone }}', body: '{{ data.totalPointsIssued }} points' },
          },
          {
            name: 'redeemed',
            source: 'capillary',
            events: ['pointsRe*'],
            destination: 'sms',
            ordering: { by: 'customer', paths: [], onDead: 'skip' },
          },
          {
            name: 'states',
            source: 'capillary',
            events: ['tierUpgraded'],
            destination: 'hook',
            ordering: { by: 'customer', paths: ['data.store.code'], onDead: 'skip' },
            supersede: true,
          },
        ],
      },
    });
  });

  it('requires only a name', () => {
    expect(load('brand: acme').definition).toMatchObject({
      timezone: 'UTC',
      privacy: { mode: 'standard', keep: [], personal: [] },
      retentionDays: 30,
      recipients: { order: ['event'] },
      sources: [],
    });
    expect(load('brand: acme\nprivacy: pii-less').definition?.privacy.mode).toBe('pii-less');
  });

  it('does not resolve references inside resolved values', () => {
    const text = file({ destination: '    type: webhook\n    settings: { url: "${env:NESTED}" }' });
    expect(load(text).definition?.destinations[0]?.settings).toEqual({ url: '${env:TOKEN}' });
  });
});

/** Invalid brand files: the case, the file, and the beginning of the only reported problem. */
const BAD: readonly (readonly [string, string, string])[] = [
  ['nothing', '', '1 is empty: give it a value'],
  ['a list', '- brand: acme', '1 has to be an object'],
  ['no brand', 'timezone: UTC', '1 brand: is missing'],
  ['a bad brand name', 'brand: Acme Ltd', '1 brand: invalid name'],
  ['an empty value', 'brand: acme\ntimezone:', '2 timezone: is empty: give it a value'],
  ['an unknown key', file({ top: 'retenton: 30d' }), '2 retenton: unknown key. Did you mean "retention"?'],
  [
    'an unknown key without a similar one',
    file({ top: 'colour: red' }),
    '2 colour: unknown key. Known keys: brand, timezone',
  ],
  [
    'an unknown time zone',
    file({ top: 'timezone: Europe/Berln' }),
    '2 timezone: "Europe/Berln" is not a time zone: use an IANA name, e.g. Asia/Kolkata. Did you mean "Europe/Berlin"?',
  ],
  ['an offset as time zone', file({ top: 'timezone: "+05:30"' }), '2 timezone: "+05:30" is not a time zone'],
  ['an unknown retention', file({ top: 'retention: 14d' }), '2 retention: has to be one of 7d, 30d, 90d, 400d'],
  ['an unknown privacy', file({ top: 'privacy: strict' }), '2 privacy: has to be one of standard, pii-less'],
  ['an unknown privacy mode', file({ top: 'privacy:\n  mode: strict' }), '3 privacy.mode: has to be one of'],
  [
    'a path outside of data',
    file({ top: 'privacy:\n  mode: pii-less\n  keep: [event.id]' }),
    '4 privacy.keep[0]: has to be an event path',
  ],
  [
    'keep in standard',
    file({ top: 'privacy:\n  mode: standard\n  keep: [data.a]' }),
    '4 privacy.keep: applies only to mode pii-less',
  ],
  ['__proto__', file({ top: '__proto__: { a: 1 }' }), '2 __proto__: a key must not be called __proto__'],
  ['a duplicate key', file({ top: 'brand: other' }), '2 brand: the key is defined twice'],
  ['no enrichment', file({ top: 'enrichment: {}' }), '2 enrichment: needs at least 1'],
  ['no consent', file({ top: 'recipients:\n  consent: {}' }), '3 recipients.consent: needs at least 1'],
  [
    'an order with a missing resolver',
    file({ top: 'recipients:\n  order:\n    - event\n    - resolver' }),
    '5 recipients.order[1]: resolver needs recipients.resolver, which this brand does not have',
  ],
  [
    'an unknown enrichment',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    enrich: [customer]` }),
    '16 subscriptions.all.enrich[0]: this brand has no enrichment "customer". Available: none.',
  ],
  [
    'an unknown ordering',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    ordering: brand` }),
    '16 subscriptions.all.ordering: has to be one of customer',
  ],
  [
    'an ordering without by',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    ordering: { paths: [data.a] }` }),
    '16 subscriptions.all.ordering.by: is missing',
  ],
  [
    'an ordering by a path with *',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    ordering: { by: customer, paths: ["data.*"] }` }),
    '16 subscriptions.all.ordering.paths[0]: has to be the path of one value',
  ],
  [
    'an ordering by a removed path',
    file({
      top: 'privacy: pii-less',
      subscription: `${SOURCE}\n    events: [pointsIssued]\n    ordering: { by: customer, paths: [data.customFields.a] }`,
    }),
    '16 subscriptions.all.ordering.paths[0]: reads data.customFields.a, which a pii-less brand removes',
  ],
  [
    'supersede with onDead: block',
    file({
      subscription: `${SOURCE}\n    events: ["*"]\n    ordering: { by: customer, onDead: block }\n    supersede: true`,
    }),
    '16 subscriptions.all.ordering.onDead: has no effect with supersede',
  ],
  ['a source without auth', file({ source: '    adapter: capillary' }), '4 sources.capillary.auth: is missing'],
  [
    'a source with empty auth',
    file({ source: '    adapter: capillary\n    auth: {}' }),
    '6 sources.capillary.auth: needs at least 1',
  ],
  [
    'one secret instead of a list',
    file({ source: '    adapter: capillary\n    auth: { bearer: "${env:TOKEN}" }' }),
    '6 sources.capillary.auth.bearer: has to be a list',
  ],
  [
    'an unknown adapter',
    file({ source: '    adapter: capilary\n    auth: { bearer: ["${env:TOKEN}"] }' }),
    '5 sources.capillary.adapter: there is no adapter "capilary". Did you mean "capillary"?',
  ],
  [
    'a bad source name',
    file({ top: 'sources: { "My Source": { adapter: json, auth: { bearer: ["${env:TOKEN}"] } } }' }).replace(
      /^sources:\n[^]*?^destinations:/m,
      'destinations:',
    ),
    '2 sources.My Source: invalid name',
  ],
  [
    'a literal token',
    file({ source: '    adapter: capillary\n    auth: { bearer: [invented-literal] }' }),
    '6 sources.capillary.auth.bearer[0]: a secret must not be written in a file: write ${env:NAME} instead',
  ],
  [
    'a literal header value',
    file({
      source:
        '    adapter: capillary\n    auth:\n      headers:\n        x-token:\n          - "${env:TOKEN}"\n          - invented-literal',
    }),
    '10 sources.capillary.auth.headers.x-token[1]: a secret must not',
  ],
  [
    'a header in two spellings',
    file({
      source:
        '    adapter: capillary\n    auth:\n      headers:\n        x-a: ["${env:TOKEN}"]\n        X-A: ["${env:OLD}"]',
    }),
    '9 sources.capillary.auth.headers.X-A: this header is listed twice',
  ],
  [
    'a user name with a colon',
    file({ source: '    adapter: capillary\n    auth: { basic: [{ username: "a:b", password: "${env:TOKEN}" }] }' }),
    '6 sources.capillary.auth.basic[0].username: a user name cannot contain a colon',
  ],
  [
    'a literal password',
    file({ source: '    adapter: capillary\n    auth: { basic: [{ username: a, password: invented-literal }] }' }),
    '6 sources.capillary.auth.basic[0].password: a secret must not',
  ],
  [
    'a foreign placeholder as secret',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${TOKEN}"] }' }),
    '6 sources.capillary.auth.bearer[0]: a secret must not',
  ],
  [
    'a literal credential',
    file({
      destination:
        '    type: webhook\n    credentials:\n      signingSecrets: [invented-literal]\n    settings: { url: x }',
    }),
    '11 destinations.hook.credentials.signingSecrets[0]: a secret must not',
  ],
  [
    'a literal credential deep inside',
    file({
      destination:
        '    type: webhook\n    credentials:\n      basic: { username: a, password: invented-literal }\n    settings: { url: x }',
    }),
    '11 destinations.hook.credentials.basic.password: a secret must not',
  ],
  [
    'a variable that is not set',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${env:NOT_SET}"] }' }),
    '6 sources.capillary.auth.bearer[0]: the environment variable NOT_SET is not set',
  ],
  [
    'a variable that is empty',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${env:EMPTY}"] }' }),
    '6 sources.capillary.auth.bearer[0]: the environment variable EMPTY is empty',
  ],
  [
    'a variable of the hub',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${env:PATCHBAY_MASTER_KEY}"] }' }),
    "6 sources.capillary.auth.bearer[0]: ${env:PATCHBAY_MASTER_KEY} is the hub's own variable",
  ],
  [
    'a variable of the hub in lower case',
    file({ destination: '    type: webhook\n    settings: { url: "${env:redis_url}" }' }),
    "10 destinations.hook.settings.url: ${env:redis_url} is the hub's own variable",
  ],
  [
    'the name of an object property as variable',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${env:constructor}"] }' }),
    '6 sources.capillary.auth.bearer[0]: the environment variable constructor is not set',
  ],
  [
    'a reference without an end',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${env:TOKEN"] }' }),
    '6 sources.capillary.auth.bearer[0]: the } after ${env: is missing',
  ],
  [
    'a reference in capitals',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${ENV:TOKEN}"] }' }),
    '6 sources.capillary.auth.bearer[0]: write ${env:…} in lower case',
  ],
  [
    'a file without a secrets directory',
    file({ source: '    adapter: capillary\n    auth: { bearer: ["${file:token}"] }' }),
    '6 sources.capillary.auth.bearer[0]: ${file:…} needs PATCHBAY_SECRETS_DIR',
  ],
  [
    'a reference in a mapping',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    mapping: { body: "\${env:TOKEN}" }` }),
    '16 subscriptions.all.mapping.body: a reference such as ${env:NAME} is not resolved here',
  ],
  [
    'credentials of the hub that the operator does not share with the brand',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    credentials: { fromHub: true }' }),
    '11 destinations.hook.credentials.fromHub: the hub does not share its AWS credentials with the brand acme: ask the',
  ],
  [
    'credentials that are not those of the hub',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    credentials: { fromHub: false }' }),
    '11 destinations.hook.credentials.fromHub: can only be true',
  ],
  [
    'an unknown destination type',
    file({ destination: '    type: twillio-sms' }),
    '9 destinations.hook.type: there is no destination type "twillio-sms". Did you mean "twilio-sms"?',
  ],
  [
    'a setting that is missing',
    file({ destination: '    type: webhook' }),
    '8 destinations.hook.settings.url: is missing',
  ],
  [
    'a number instead of a text',
    file({ destination: '    type: 7' }),
    '9 destinations.hook.type: has to be text: put the value in quotes',
  ],
  [
    'a rate of zero',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    limits: { ratePerSecond: 0 }' }),
    '11 destinations.hook.limits.ratePerSecond: has to be more than 0',
  ],
  [
    'a misspelt limit',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    limits:\n      concurency: 5' }),
    '12 destinations.hook.limits.concurency: unknown key. Did you mean "concurrency"?',
  ],
  [
    'a duration without unit',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    retry: { schedule: ["30"] }' }),
    '11 destinations.hook.retry.schedule[0]: has to be a duration',
  ],
  [
    'an unknown policy',
    file({ destination: '    type: webhook\n    settings: { url: x }\n    retry: { onUnconfirmed: wait }' }),
    '11 destinations.hook.retry.onUnconfirmed: has to be one of retry, hold',
  ],
  [
    'an unknown source',
    file({ subscription: '    source: capilary\n    events: ["*"]\n    destination: hook' }),
    '13 subscriptions.all.source: this brand has no source "capilary". Did you mean "capillary"?',
  ],
  [
    'an unknown destination',
    file({ subscription: '    source: capillary\n    events: ["*"]\n    destination: sms' }),
    '15 subscriptions.all.destination: this brand has no destination "sms". Available: hook.',
  ],
  ['no events', file({ subscription: `${SOURCE}\n    events: []` }), '15 subscriptions.all.events: needs at least 1'],
  [
    'a star in the middle',
    file({ subscription: `${SOURCE}\n    events: ["points*Issued"]` }),
    '15 subscriptions.all.events[0]: has to be an event type, or a prefix followed by *',
  ],
  [
    'a filter that does not compile',
    file({
      subscription: `${SOURCE}\n    events: ["*"]\n    when:\n      data.amount: { $gte: 5 }\n      data.tier: { $regex: a }`,
    }),
    '18 subscriptions.all.when.data.tier.$regex: ',
  ],
  [
    'a filter with a wrong root',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    when:\n      recipient.phone: "1"` }),
    '17 subscriptions.all.when.recipient.phone: ',
  ],
  [
    'an invalid filter inside $or',
    file({
      subscription: `${SOURCE}\n    events: ["*"]\n    when:\n      $or:\n        - data.amount: 1\n        - data.amount: { $whatever: 1 }`,
    }),
    '19 subscriptions.all.when.$or[1].data.amount.$whatever: ',
  ],
  [
    'a mapping that does not compile',
    file({
      subscription: `${SOURCE}\n    events: ["*"]\n    mapping:\n      a: "{{ data.a }}"\n      b: { c: "{{ data.b | nofilter }}" }`,
    }),
    '18 subscriptions.all.mapping.b.c: ',
  ],
  [
    'a missing mapping file',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    mapping: mappings/none.yaml` }),
    '16 subscriptions.all.mapping: the file brands/mappings/none.yaml does not exist',
  ],
  [
    'a mapping file outside',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    mapping: ../../secrets.yaml` }),
    '16 subscriptions.all.mapping: the mapping file has to be in the directory',
  ],
  [
    'a mapping file by absolute path',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    mapping: /etc/mapping.yaml` }),
    '16 subscriptions.all.mapping: the mapping file has to be in the directory',
  ],
  [
    'a mapping that is a sentence',
    file({ subscription: `${SOURCE}\n    events: ["*"]\n    mapping: "You earned points"` }),
    '16 subscriptions.all.mapping: has to be a mapping, or the path of a .json',
  ],
  [
    'a type without preset',
    file({
      destination:
        '    type: twilio-sms\n    credentials: { accountSid: a, authToken: "${env:TOKEN}" }\n    settings: { from: b }',
      subscription: `${SOURCE}\n    events: [pointsRedeemed, pointsIssued]`,
    }),
    '16 subscriptions.all.events[1]: twilio-sms has no preset for "pointsIssued": write a mapping',
  ],
  [
    'a pattern without preset',
    file({
      destination:
        '    type: twilio-sms\n    credentials: { accountSid: a, authToken: "${env:TOKEN}" }\n    settings: { from: b }',
      subscription: `${SOURCE}\n    events: ["trans*"]`,
    }),
    '16 subscriptions.all.events[0]: twilio-sms has no preset for "trans*"',
  ],
  [
    'a filter on a removed path',
    file({
      top: 'privacy: pii-less',
      subscription: `${SOURCE}\n    events: [pointsIssued]\n    when: { data.customerIdentifiers.instore.mobile: { $exists: true } }`,
    }),
    '16 subscriptions.all.when: reads data.customerIdentifiers.instore.mobile, which a pii-less brand removes',
  ],
  [
    'a mapping of a removed path',
    file({
      top: 'privacy: pii-less',
      subscription: `${SOURCE}\n    events: ["points*"]\n    mapping: { body: "{{ data.firstName }}" }`,
    }),
    '16 subscriptions.all.mapping: reads data.firstName, which a pii-less brand removes',
  ],
];

describe('loadBrandText, for an invalid file', () => {
  it.each(BAD)('reports %s with file, line, field and fix', (_name, text, expected) => {
    const { definition, problems } = load(text);
    expect(definition).toBeUndefined();
    expect(problems.map(formatProblem)).toEqual([expect.stringContaining(`brands/acme.yaml:${expected}`)]);
  });

  it('reports all problems at once, sorted by line', () => {
    const text = file({
      top: 'timezone: Nowhere/Land',
      source: '    adapter: none\n    auth: { bearer: ["${env:NOT_SET}"] }',
      destination: '    type: webhook',
      subscription: '    source: a\n    events: ["*"]\n    destination: b',
    });
    expect(load(text).problems.map(({ line, field }) => `${line} ${field}`)).toEqual([
      '2 timezone',
      '5 sources.capillary.adapter',
      '6 sources.capillary.auth.bearer[0]',
      '8 destinations.hook.settings.url',
      '12 subscriptions.all.source',
      '14 subscriptions.all.destination',
    ]);
  });

  it('never reports the value of a reference', () => {
    const text = file({
      top: 'timezone: "${env:TOKEN}"',
      destination: '    type: webhook\n    settings: { url: x, echo: "${env:OLD}" }',
      subscription: '    source: "${env:TOKEN}"\n    events: ["${env:TOKEN}"]\n    destination: "${env:OLD}"',
    });
    const messages = load(text).problems.map(formatProblem);
    expect(messages).toHaveLength(4);
    expect(messages.join('\n')).not.toMatch(/invented/);
  });

  it('reports at most 100 problems', () => {
    const keys = Array.from({ length: 150 }, (_, index) => `k${index}: 1`).join('\n');
    const { problems } = load(`brand: acme\n${keys}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.message).toContain('50 more problems');
  });

  it('never throws for any content', () => {
    const word = fc.constantFrom(
      'brand',
      'acme',
      'sources',
      'destinations',
      'subscriptions',
      'mapping',
      'when',
      'events',
      'type',
      'webhook',
      'auth',
      'bearer',
      'privacy',
      'pii-less',
      'constructor',
      'toString',
      '__proto__',
      'data.a',
      '$gte',
      '{{ data.a }}',
      '${env:TOKEN}',
      '*',
    );
    const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(word, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const section = fc.dictionary(fc.constantFrom('a', 'b'), value, { maxKeys: 2 });
    const brand = fc.record(
      { brand: fc.constant('acme'), sources: section, destinations: section, subscriptions: section, other: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(brand, value), (content) => {
        const { definition, problems } = load(JSON.stringify(content));
        expect(definition === undefined).toBe(problems.length > 0);
        expect(problems.map(formatProblem).join('\n')).not.toMatch(/invented/);
      }),
      { numRuns: 2_000 },
    );
  });
});
