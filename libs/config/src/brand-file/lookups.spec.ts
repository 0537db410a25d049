import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { formatProblem, type SourceAdapter } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';

const env = { TOKEN: 'invented-token', KEY: 'invented-key', SECRET: 'invented-secret', CRM: 'https://crm.example.com' };
const options = { resolveSecret: createSecretResolver(env), checks: sampleChecks };

function load(text: string): BrandFileResult {
  return loadBrandText(text, 'brands/acme.yaml', options);
}

/** Valid brand file around the tested part. */
function file(top: string, subscription = ''): string {
  return `brand: acme
${top}
sources: { capillary: { adapter: capillary, auth: { bearer: ["\${env:TOKEN}"] } } }
destinations: { hook: { type: webhook, settings: { url: "https://hook.example.com" } } }
subscriptions:
  all: { source: capillary, events: [pointsIssued], destination: hook${subscription} }
`;
}

const PLATFORM =
  'platform: { capillary: { baseUrl: "https://eu.techs.example", key: "${env:KEY}", secret: "${env:SECRET}" } }';

const withLogs = (logs: string): string => file(PLATFORM.replace(' } }', `, logs: { ${logs} } } }`));

const RESOLVER = `recipients:
  order: [event, enriched, resolver]
  consent: { sms: "{{ recipient.smsOptIn }}" }
  resolver:
    type: http
    cacheSeconds: 60
    bulk: { size: 50, within: 20ms }
    url: "\${env:CRM}/contacts/{{ event.customerId }}"
    headers: { Authorization: "Bearer \${env:TOKEN}" }
    mapping: { phone: "{{ body.mobile }}", email: "{{ body.email }}", pushToken: "{{ body.device }}" }
enrichment:
  capillary: { baseUrl: "https://eu.api.capillarytech.com/", key: "\${env:KEY}", secret: "\${env:SECRET}" }
  http:
    stock:
      url: "https://stock.example.com/items"
      body: { sku: "{{ data.coupons[0].code }}" }
      onFailure: continue
      timeout: 2s
      retries: 0`;

describe('lookups of a brand', () => {
  it('use the access of the platform, also without a section of their own', () => {
    const { definition, problems } = load(file(PLATFORM, ', enrich: [customer]'));
    expect(problems).toEqual([]);
    const access = {
      baseUrl: 'https://eu.techs.example',
      auth: { kind: 'oauth', key: 'invented-key', secret: 'invented-secret' },
      ratePerMinute: 100,
    };
    expect(definition?.platform).toEqual({ capillary: access });
    expect(definition?.enrichment?.capillary).toMatchObject({ ...access, fromPlatform: true, source: 'INSTORE' });
    expect(definition?.recipients.order).toEqual(['event', 'enriched']);
  });

  it('contain the names of the log, with the first page 0 and no states of waiting events by default', () => {
    const { definition, problems } = load(withLogs('fields: { id: a.b, type: c }, page: { parameter: p }'));
    expect(problems).toEqual([]);
    const paging = { kind: 'page', parameter: 'p', first: 0 };
    expect(definition?.platform?.capillary.logs).toEqual({ fields: { id: 'a.b', type: 'c' }, waiting: [], paging });
  });

  it('are loaded with resolved secrets and defaults', () => {
    const { definition, problems } = load(file(RESOLVER, ', enrich: [customer, stock]'));
    expect(problems).toEqual([]);
    expect(definition?.recipients).toEqual({
      order: ['event', 'enriched', 'resolver'],
      consent: { sms: '{{ recipient.smsOptIn }}' },
      resolver: {
        type: 'http',
        url: 'https://crm.example.com/contacts/{{ event.customerId }}',
        method: 'GET',
        headers: { authorization: 'Bearer invented-token' },
        timeoutMs: 5_000,
        retries: 2,
        cacheMs: 60_000,
        mapping: { phone: '{{ body.mobile }}', email: '{{ body.email }}', pushToken: '{{ body.device }}' },
        bulk: { size: 50, withinMs: 20 },
      },
    });
    expect(definition?.enrichment).toEqual({
      capillary: {
        baseUrl: 'https://eu.api.capillarytech.com',
        auth: { kind: 'oauth', key: 'invented-key', secret: 'invented-secret' },
        source: 'INSTORE',
        ratePerMinute: 100,
        timeoutMs: 5_000,
        retries: 2,
        cacheMs: 30_000,
        onFailure: 'retry',
      },
      http: {
        stock: {
          url: 'https://stock.example.com/items',
          method: 'POST',
          headers: {},
          body: { sku: '{{ data.coupons[0].code }}' },
          timeoutMs: 2_000,
          retries: 0,
          cacheMs: 30_000,
          onFailure: 'continue',
        },
      },
    });
    expect(definition?.subscriptions[0]?.enrich).toEqual(['customer', 'stock']);
  });

  it('use everything that the brand has by default, the event first', () => {
    const top = RESOLVER.replace('  order: [event, enriched, resolver]\n', '');
    expect(load(file(top)).definition?.recipients.order).toEqual(['event', 'enriched', 'resolver']);
    expect(load(file('timezone: UTC')).definition?.recipients.order).toEqual(['event']);
  });
});

const resolver = (lines: string): string =>
  file(`recipients:\n  resolver:\n    type: http\n    mapping: { phone: "{{ body.mobile }}" }\n${lines}`);
const URL_LINE = '    url: "https://crm.example.com/{{ event.customerId }}"\n';
const capillary = (lines: string): string =>
  file(`enrichment:\n  capillary:\n    baseUrl: https://eu.example.com\n${lines}`);
const http = (lines: string): string => file(`enrichment:\n  http:\n    shop:\n${lines}`);

const BAD: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['no url', resolver('    retries: 1'), '3 recipients.resolver.url: is missing'],
  [
    'another type',
    resolver(URL_LINE).replace('type: http', 'type: sql'),
    '4 recipients.resolver.type: has to be one of http',
  ],
  [
    'a host from the event',
    resolver('    url: "https://{{ data.host }}/x"'),
    '6 recipients.resolver.url: must start with http:// or https://',
  ],
  [
    'a root that is not available yet',
    resolver('    url: "https://crm.example.com/{{ recipient.phone }}"'),
    '6 recipients.resolver.url: "recipient" is not known here',
  ],
  [
    'a response mapping that reads the event',
    resolver(URL_LINE).replace('body.mobile', 'event.mobile'),
    '5 recipients.resolver.mapping.phone: "event" is not known here',
  ],
  [
    'an unknown filter',
    resolver(URL_LINE).replace('body.mobile', 'body.mobile | e146'),
    '5 recipients.resolver.mapping.phone: there is no filter "e146" in mappings.',
  ],
  [
    'a literal token',
    resolver(`${URL_LINE}    headers: { authorization: "Bearer invented" }`),
    '7 recipients.resolver.headers.authorization: a secret must not be written in a file',
  ],
  [
    'a literal key in a custom header',
    resolver(`${URL_LINE}    headers: { x-api-key: invented }`),
    '7 recipients.resolver.headers.x-api-key: a secret must not be written in a file',
  ],
  [
    'a header with a template',
    resolver(`${URL_LINE}    headers: { x-who: "{{ event.customerId }}" }`),
    '7 recipients.resolver.headers.x-who: a header cannot contain a template',
  ],
  [
    'a header in two spellings',
    resolver(`${URL_LINE}    headers: { x-a: "1", X-A: "2" }`),
    '7 recipients.resolver.headers.X-A: this header is listed twice',
  ],
  [
    'a secret in a mapping',
    resolver(URL_LINE).replace('{{ body.mobile }}', '${env:TOKEN}'),
    '5 recipients.resolver.mapping.phone: a reference such as ${env:NAME} is not resolved here',
  ],
  [
    'a long time-out',
    resolver(`${URL_LINE}    timeout: 1m`),
    '7 recipients.resolver.timeout: has to be between 100ms and 10s',
  ],
  [
    'a long cache time',
    resolver(`${URL_LINE}    cacheSeconds: 86400`),
    '7 recipients.resolver.cacheSeconds: has to be at most 900',
  ],
  ['many retries', resolver(`${URL_LINE}    retries: 10`), '7 recipients.resolver.retries: has to be at most 3'],
  [
    'a GET with a body',
    resolver(`${URL_LINE}    method: GET\n    body: { id: "{{ event.customerId }}" }`),
    '8 recipients.resolver.body: a GET request cannot have a body',
  ],
  [
    'a long bulk window',
    resolver(`${URL_LINE}    bulk: { size: 50, within: 5s }`),
    '7 recipients.resolver.bulk.within: has to be between 1ms and 1000ms',
  ],
  [
    'a bulk of one',
    resolver(`${URL_LINE}    bulk: { size: 1, within: 20ms }`),
    '7 recipients.resolver.bulk.size: has to be at least 2',
  ],
  [
    'a bulk for one event',
    resolver(
      '    url: "https://crm.example.com/{{ event.customerId }}/{{ event.id }}"\n    bulk: { size: 5, within: 20ms }',
    ),
    '7 recipients.resolver.bulk: a bulk request is for many customers, so it cannot read event.id',
  ],
  [
    'a bulk without a customer id',
    resolver('    url: "https://crm.example.com/all"\n    bulk: { size: 5, within: 20ms }'),
    '7 recipients.resolver.bulk: the request contains no customer id',
  ],
  [
    'items from an unknown root',
    resolver(`${URL_LINE}    bulk: { size: 5, within: 20ms, items: "{{ rows }}" }`),
    '7 recipients.resolver.bulk.items: "rows" is not known here',
  ],
  [
    'an order that leaves the resolver out',
    resolver(URL_LINE).replace('recipients:\n', 'recipients:\n  order: [event]\n'),
    '3 recipients.order: does not contain resolver',
  ],
  [
    'consent for an unknown channel',
    file('recipients: { consent: { letter: "{{ recipient.ok }}" } }'),
    '2 recipients.consent.letter: unknown key',
  ],
  [
    'transactional consent for an unknown channel',
    file('recipients: { transactionalConsent: { letter: "{{ recipient.ok }}" } }'),
    '2 recipients.transactionalConsent.letter: unknown key',
  ],
  [
    'transactional consent that does not parse',
    file('recipients: { transactionalConsent: { sms: "{{ recipient.ok" } }'),
    '2 recipients.transactionalConsent.sms: ',
  ],
  [
    'a cache time of an unknown enrichment',
    file(
      'enrichment: { capillary: { baseUrl: "https://a.example", key: k, secret: s, cacheSecondsOf: { profile: 5 } } }',
    ),
    '2 enrichment.capillary.cacheSecondsOf.profile: unknown key',
  ],
  [
    'consent that does not parse',
    file('recipients: { consent: { sms: "{{ recipient.ok" } }'),
    '2 recipients.consent.sms: ',
  ],
  ['no credentials', capillary('    source: INSTORE'), '3 enrichment.capillary: needs either key and secret'],
  [
    'only half of the credentials',
    capillary('    key: "${env:KEY}"'),
    '3 enrichment.capillary: needs either key and secret',
  ],
  [
    'both kinds of credentials',
    capillary('    key: "${env:KEY}"\n    secret: "${env:SECRET}"\n    username: till\n    password: "${env:SECRET}"'),
    '3 enrichment.capillary: needs either key and secret',
  ],
  [
    'neither an address nor a platform',
    file('enrichment: { capillary: { source: INSTORE } }'),
    '2 enrichment.capillary: does not say how to reach Capillary: add baseUrl',
  ],
  [
    'credentials without an address',
    file(`${PLATFORM}\nenrichment: { capillary: { key: "\${env:KEY}", secret: "\${env:SECRET}" } }`),
    '3 enrichment.capillary: does not say how to reach Capillary: add baseUrl to these credentials',
  ],
  [
    'a literal secret of a platform',
    file('platform: { capillary: { baseUrl: "https://eu.example.com", key: "${env:KEY}", secret: invented } }'),
    '2 platform.capillary.secret: a secret must not be written in a file',
  ],
  [
    'a platform whose address has a query',
    file(PLATFORM.replace('techs.example', 'techs.example/?a=b')),
    '2 platform.capillary.baseUrl: has to be the URL of your cluster',
  ],
  [
    'a log without paging',
    withLogs('fields: { id: a, type: b }'),
    '2 platform.capillary.logs: needs either page or cursor',
  ],
  [
    'a log with two kinds of paging',
    withLogs('fields: { id: a, type: b }, page: { parameter: p }, cursor: { parameter: c, next: n }'),
    '2 platform.capillary.logs: needs either page or cursor',
  ],
  [
    'a log without the path of the type',
    withLogs('fields: { id: a }, page: { parameter: p }'),
    '2 platform.capillary.logs.fields',
  ],
  [
    'a path of the log with an empty name',
    withLogs('entries: data..content, fields: { id: a, type: b }, page: { parameter: p }'),
    '2 platform.capillary.logs.entries: has to be a path with dots',
  ],
  [
    'a generated secret without a platform',
    file('').replace('bearer: ["${env:TOKEN}"]', 'generated: true'),
    '3 sources.capillary.auth.generated: needs platform.capillary',
  ],
  [
    'a generated secret of another adapter',
    file(PLATFORM).replace(
      'adapter: capillary, auth: { bearer: ["${env:TOKEN}"] }',
      'adapter: json, auth: { generated: true }',
    ),
    '3 sources.capillary.auth.generated: needs the adapter capillary',
  ],
  [
    'a literal secret',
    capillary('    key: "${env:KEY}"\n    secret: invented'),
    '6 enrichment.capillary.secret: a secret must not be written in a file',
  ],
  [
    'a base URL with a path to an operation',
    capillary('    key: "${env:KEY}"\n    secret: "${env:SECRET}"').replace(
      'https://eu.example.com',
      '"https://eu.example.com/?a=b"',
    ),
    '4 enrichment.capillary.baseUrl: has to be the URL of your cluster',
  ],
  [
    'a reserved name',
    http('      url: https://shop.example.com/x').replace('shop:', 'customer:'),
    '4 enrichment.http.customer: customer is reserved for an enrichment of Capillary',
  ],
  [
    'a name with a dash',
    http('      url: https://shop.example.com/x').replace('shop:', 'my-shop:'),
    '4 enrichment.http.my-shop: invalid name: start with a lower-case letter',
  ],
  [
    'an unknown failure policy',
    http('      url: https://shop.example.com/x\n      onFailure: ignore'),
    '6 enrichment.http.shop.onFailure: has to be one of retry, continue',
  ],
  [
    'an unknown enrichment',
    file('timezone: UTC', ', enrich: [custmer]'),
    '6 subscriptions.all.enrich[0]: this brand has no enrichment "custmer". Available: none.',
  ],
  [
    'a misspelt enrichment',
    file(RESOLVER, ', enrich: [custmer]'),
    '24 subscriptions.all.enrich[0]: this brand has no enrichment "custmer". Did you mean "customer"?',
  ],
  [
    'a mapping that reads an enrichment that is not fetched',
    file(RESOLVER, ', enrich: [points], mapping: { body: { a: "{{ enriched.customer.firstName }}" } }'),
    '24 subscriptions.all.mapping: reads enriched.customer, which is not fetched: add customer to enrich',
  ],
  [
    'a removed path',
    resolver('    url: "https://crm.example.com/{{ data.customerIdentifiers.instore.mobile }}"').replace(
      'brand: acme',
      'brand: acme\nprivacy: pii-less',
    ),
    '4 recipients.resolver: reads data.customerIdentifiers.instore.mobile, which a pii-less brand removes',
  ],
  [
    'consent by a removed path',
    file('privacy: pii-less\nrecipients: { consent: { sms: "{{ data.smsOptIn }}" } }'),
    '3 recipients.consent.sms: reads data.smsOptIn, which a pii-less brand removes',
  ],
];

describe('invalid lookups of a brand', () => {
  it.each(BAD)('are reported with file, line, field and fix: %s', (_name, text, expected) => {
    const { definition, problems } = load(text);
    expect(problems.map(formatProblem)).toEqual([expect.stringContaining(`brands/acme.yaml:${expected}`)]);
    expect(definition).toBeUndefined();
  });

  it('are reported without secrets', () => {
    const loaded = load(
      file(RESOLVER.replace('/contacts/', '/../').replace('https://eu.api.capillarytech.com/', '${env:KEY}')),
    );
    expect(loaded.problems).toHaveLength(2);
    expect(loaded.problems.map(formatProblem).join('\n')).not.toMatch(/invented/);
  });
});

describe('a lookup by a customer id that a pii-less brand stores as a hash', () => {
  /** Brand whose shop source reads customer ids from a path. */
  function brandWith(customerId: string, privacy = 'pii-less', more = ''): string {
    return `brand: acme
privacy: ${privacy}
sources:
  shop: { adapter: shop, auth: { bearer: ["\${env:TOKEN}"] }, paths: { customerId: "${customerId}" } }${more}
recipients:
  order: [resolver]
  resolver: { type: http, url: "https://crm.example.com/{{ event.customerId }}", mapping: { phone: "{{ body.mobile }}" } }
enrichment:
  http:
    profile: { url: "https://crm.example.com", body: { id: "{{ event.customerId }}" } }
`;
  }
  const shop: SourceAdapter = {
    name: 'shop',
    readsPaths: true,
    read: () => [],
    catalogue: () => [],
    personalPaths: () => ({ personal: ['data.**.email'], safe: [] }),
    customerPaths: (paths) => [`data.${paths?.customerId ?? 'id'}`],
    recipientOf: () => ({}),
  };
  const adapters = new Map([...sampleChecks.adapters, ['shop', shop]]);
  const problemsIn = (text: string): readonly string[] =>
    loadBrandText(text, 'acme.yaml', { ...options, checks: { ...sampleChecks, adapters } }).problems.map(formatProblem);

  it('is rejected with file, line, field and fix', () => {
    const expected = (at: string): unknown =>
      expect.stringMatching(
        new RegExp(
          `^acme\\.yaml:${at}: reads the customer id, which source shop takes from data\\.contact\\.email.*set`,
        ),
      );
    expect(problemsIn(brandWith('contact.email'))).toEqual([
      expected('7 recipients\\.resolver\\.url'),
      expected('10 enrichment\\.http\\.profile\\.body'),
    ]);
  });

  it('is rejected if the brand declares the path personal', () => {
    const personal = '{ mode: pii-less, personal: [data.member] }';
    expect(problemsIn(brandWith('member.key', personal))).toHaveLength(2);
    expect(problemsIn(brandWith('key', personal))).toEqual([]);
  });

  it('is accepted with another id, in mode standard, or if another source has ids', () => {
    const second = '\n  capillary: { adapter: capillary, auth: { bearer: ["${env:TOKEN}"] } }';
    expect(problemsIn(brandWith('contact.id'))).toEqual([]);
    expect(problemsIn(brandWith('contact.email', 'standard'))).toEqual([]);
    expect(problemsIn(brandWith('contact.email', 'pii-less', second))).toEqual([]);
  });
});

describe('docs/recipients.md', () => {
  const page = readFileSync(new URL('../../../../docs/recipients.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block);
  const [single = '', bulk = '', consent = '', enrichment = '', byPurpose = ''] = blocks;
  const credentials = createSecretResolver({ ...env, CRM_TOKEN: 'a', CAP_KEY: 'b', CAP_SECRET: 'c' });
  const problemsIn = (text: string): readonly string[] =>
    loadBrandText(text, 'acme.yaml', { ...options, resolveSecret: credentials }).problems.map(formatProblem);

  it.each([
    ['a resolver', file(single.replace('[event, enriched, resolver]', '[event, resolver]'))],
    ['a bulk resolver', file(`recipients:\n${bulk.replaceAll(/^/gm, '  ')}`)],
    ['consent', file(consent)],
    ['consent by purpose', file(byPurpose)],
    [
      'enrichment',
      `brand: acme
sources: { capillary: { adapter: capillary, auth: { bearer: ["\${env:TOKEN}"] } } }
destinations: { hook: { type: webhook, settings: { url: "https://hook.example.com" } } }
${enrichment}    source: capillary\n    events: [pointsIssued]\n    destination: hook\n`,
    ],
  ])('contains only valid examples: %s', (_name, text) => {
    expect(blocks).toHaveLength(5);
    expect(problemsIn(text)).toEqual([]);
  });
});
