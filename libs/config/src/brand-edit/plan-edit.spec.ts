import { describe, expect, it } from '@jest/globals';
import type { BrandDefinition, BrandPart, JsonObject } from '@patchbay/core';
import { checkOpenBrand } from '../brand-file/check-brand.js';
import { sampleEditChecks } from '../testing/sample-checks.js';
import { nameProblem } from './check-edit.js';
import { emptyBrand, planEdit } from './plan-edit.js';

const SECRET = 'invented-secret-1';
const content: JsonObject = {
  brand: 'acme',
  recipients: {
    resolver: {
      type: 'http',
      url: 'https://crm.example.com/contacts/{{ event.customerId }}',
      headers: { 'x-tenant': SECRET },
      mapping: { phone: '{{ body.mobile }}' },
    },
  },
  sources: { shop: { adapter: 'json', auth: { bearer: [SECRET], headers: { 'x-a': [SECRET] } }, paths: { id: 'id' } } },
  destinations: {
    crm: {
      type: 'webhook',
      credentials: { basic: { username: 'u', password: SECRET }, oauth2: { tokenUrl: 'https://id.example.com/t' } },
      settings: { url: 'https://crm.example.com/in', signature: SECRET, template: { a: 1, b: 2 }, more: { c: 3 } },
      retry: { schedule: ['0s', '1h'] },
    },
  },
  subscriptions: {
    all: {
      source: 'shop',
      events: ['*'],
      destination: 'crm',
      when: { 'event.type': 'a' },
      mapping: { body: { a: 1 } },
    },
  },
};

const acme = ((): BrandDefinition => {
  const { definition, problems } = checkOpenBrand(content, sampleEditChecks);
  if (definition === undefined || problems.length > 0) throw new Error('The sample is invalid.');
  return definition;
})();

const CRM: BrandPart = { kind: 'destination', name: 'crm' };
const ALL: BrandPart = { kind: 'subscription', name: 'all' };
const BRAND: BrandPart = { kind: 'brand', name: 'acme' };

function plan(part: BrandPart, patch: JsonObject, before = acme): ReturnType<typeof planEdit> {
  return planEdit({ before, part, isNew: false, patch }, sampleEditChecks);
}
function create(part: BrandPart, patch: JsonObject): ReturnType<typeof planEdit> {
  return planEdit({ before: acme, part, isNew: true, patch }, sampleEditChecks);
}
const fields = ({ problems }: ReturnType<typeof planEdit>): string[] => problems.map(({ field }) => field);
const crm = ({ definition }: ReturnType<typeof planEdit>) =>
  definition?.destinations.find(({ name }) => name === 'crm');

describe('planEdit', () => {
  it('changes the given keys and keeps all others', () => {
    const planned = plan(CRM, { settings: { more: null, extra: 'x' }, limits: { concurrency: 2 } });
    expect(planned.problems).toEqual([]);
    expect(crm(planned)).toEqual({
      ...acme.destinations[0],
      settings: { url: 'https://crm.example.com/in', signature: SECRET, template: { a: 1, b: 2 }, extra: 'x' },
      limits: { concurrency: 2 },
    });
    expect(planned.definition).toEqual({ ...acme, destinations: [crm(planned)] });
  });

  it('rejects null in a new part, because there is nothing to remove', () => {
    const part: BrandPart = { kind: 'subscription', name: 'fresh' };
    const body = { source: 'shop', events: ['*'], destination: 'crm' };
    expect(fields(create(part, { ...body, when: null, messaging: { digest: null } }))).toEqual([
      'when',
      'messaging.digest',
    ]);
    expect(fields(create(part, { ...body, mapping: { body: { a: null } } }))).toEqual([]);
  });

  it('removes a key that is null, so that its default applies again', () => {
    expect(crm(plan(CRM, { retry: null }))?.retry.scheduleMs).toHaveLength(8);
    expect(plan(ALL, { when: null }).definition?.subscriptions[0]).not.toHaveProperty('when');
  });

  it('replaces filters, mappings and fields of any JSON as a whole', () => {
    const { definition } = plan(ALL, { when: { 'data.b': null }, mapping: { body: { b: null } } });
    expect(definition?.subscriptions[0]).toMatchObject({ when: { 'data.b': null }, mapping: { body: { b: null } } });
    expect(crm(plan(CRM, { settings: { template: { b: null } } }))?.settings['template']).toEqual({ b: null });
  });

  it('creates a new part', () => {
    const { definition, problems } = create(
      { kind: 'source', name: 'till' },
      { adapter: 'json', auth: { bearer: ['x'] } },
    );
    expect(problems).toEqual([]);
    expect(definition?.sources.at(-1)).toEqual({ name: 'till', adapter: 'json', auth: { bearer: ['x'] } });
  });

  it.each<[string, BrandPart, JsonObject, string[]]>([
    ['an unknown key', CRM, { setings: {} }, ['setings']],
    ['an unknown nested key', CRM, { limits: { perSecond: 1 } }, ['limits.perSecond']],
    ['a wrong type', CRM, { limits: { concurrency: 'x' } }, ['limits.concurrency']],
    ['a required value that is removed', ALL, { events: null }, ['events']],
    ['a value that the plugin rejects', CRM, { settings: { url: null } }, ['settings.url']],
    ['an unknown type', CRM, { type: 'pigeon' }, ['type']],
    ['an unknown reference', ALL, { destination: 'gone' }, ['destination']],
    ['a filter', ALL, { when: { data: { a: { $where: 'x' } } } }, ['when.data.a']],
    ['a list', ALL, { events: ['a', ''] }, ['events[1]']],
    ['a time zone', BRAND, { timezone: 'Nowhere/Land' }, ['timezone']],
    ['sections in a brand', BRAND, { sources: {}, destinations: {}, brand: 'x' }, ['brand', 'sources', 'destinations']],
  ])('names the field of the part: %s', (_case, part, patch, expected) => {
    const planned = plan(part, patch);
    expect(fields(planned)).toEqual(expected);
    expect(planned.definition).toBeUndefined();
    for (const { message } of planned.problems) expect(message).not.toContain(SECRET);
  });

  it('reports problems in other parts with the field of the brand', () => {
    expect(fields(plan({ kind: 'source', name: 'shop' }, { adapter: 'capillary', paths: null }))).toEqual([]);
    expect(fields(plan(BRAND, { privacy: { mode: 'pii-less' } }))).toEqual([]);
    const reading = { ...acme, subscriptions: [{ ...acme.subscriptions[0]!, mapping: { body: '{{ data.name }}' } }] };
    expect(fields(plan(BRAND, { privacy: 'pii-less' }, reading))).toEqual(['subscriptions.all.mapping']);
  });

  it('ignores problems in other parts that existed before', () => {
    const lost = {
      ...acme,
      destinations: [...acme.destinations, { ...acme.destinations[0]!, name: 'old', type: 'gone' }],
    };
    expect(plan(ALL, { events: ['points*'] }, lost).problems).toEqual([]);
    expect(fields(plan({ kind: 'destination', name: 'old' }, { limits: null }, lost))).toEqual(['type']);
  });

  it('checks the maximum number of subscriptions', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ ...acme.subscriptions[0]!, name: `s${index}` }));
    const full = { ...acme, subscriptions: many };
    const one = { source: 'shop', events: ['*'], destination: 'crm' };
    const planned = planEdit(
      { before: full, part: { kind: 'subscription', name: 'more' }, isNew: true, patch: one },
      sampleEditChecks,
    );
    expect(planned.problems).toEqual([
      { field: 'subscriptions', message: 'may have at most 1000 entries: remove some' },
    ]);
    expect(plan({ kind: 'subscription', name: 's7' }, { events: ['a'] }, full).problems).toEqual([]);
  });

  it('rejects fields that only a file may set', () => {
    expect(fields(plan(CRM, { settings: { baseUrl: 'https://other.example' } }))).toEqual(['settings.baseUrl']);
  });
});

describe('planEdit, with stored secrets', () => {
  const CREDENTIALS = { basic: { username: 'u', password: 'other' } };

  it.each<[string, JsonObject, string[]]>([
    [
      'another host',
      { settings: { url: 'https://evil.example/in' } },
      ['credentials.basic.password', 'settings.signature'],
    ],
    [
      'another port',
      { settings: { url: 'https://crm.example.com:8443/in' } },
      ['credentials.basic.password', 'settings.signature'],
    ],
    [
      'no encryption',
      { settings: { url: 'http://crm.example.com/in' } },
      ['credentials.basic.password', 'settings.signature'],
    ],
    [
      'one more address',
      { settings: { mirrors: ['https://evil.example'] } },
      ['credentials.basic.password', 'settings.signature'],
    ],
    [
      'an address among the credentials',
      { credentials: { oauth2: { tokenUrl: 'https://evil.example/t' } } },
      ['credentials.basic.password', 'settings.signature'],
    ],
    [
      'only one secret sent again',
      { settings: { url: 'https://evil.example/in', signature: 'x' } },
      ['credentials.basic.password'],
    ],
  ])('requires the secrets again if they would be sent to another host: %s', (_case, patch, expected) => {
    const planned = plan(CRM, patch);
    expect(fields(planned)).toEqual(expected);
    expect(planned.problems[0]?.message).toMatch(/must be sent again, because \S+ was changed to another host/);
  });

  it.each<[string, JsonObject]>([
    ['the same host', { settings: { url: 'https://CRM.example.com/other?path=1' } }],
    [
      'all secrets sent again',
      { settings: { url: 'https://new.example/in', signature: 'x' }, credentials: CREDENTIALS },
    ],
    [
      'all secrets removed',
      { settings: { url: 'https://new.example/in', signature: null }, credentials: { basic: null } },
    ],
  ])('does not require the secrets again: %s', (_case, patch) => {
    expect(plan(CRM, patch).problems).toEqual([]);
  });

  it('drops them if the destination type changes', () => {
    const planned = plan(CRM, { type: 'twilio-sms' });
    expect(fields(planned)).toEqual(['credentials.accountSid', 'credentials.authToken', 'settings.from']);
  });

  it('requires secrets of lookups again if their host changes', () => {
    const resolver = { url: 'https://evil.example/contacts/{{ event.customerId }}' };
    expect(fields(plan(BRAND, { recipients: { resolver } }))).toEqual(['recipients.resolver.headers.x-tenant']);
    const again = { ...resolver, headers: { 'x-tenant': 'again' } };
    expect(plan(BRAND, { recipients: { resolver: again } }).problems).toEqual([]);
    const path = { url: 'https://crm.example.com/v2/{{ event.customerId }}' };
    expect(plan(BRAND, { recipients: { resolver: path } }).problems).toEqual([]);
  });
});

describe('nameProblem and emptyBrand', () => {
  it.each(['', 'A', '-a', 'a.b', '__proto__', 'a b', 'é', `a${'b'.repeat(63)}`, 'a\u0000', 'a\n'])(
    'rejects %j',
    (name) => {
      expect(nameProblem(name)).toContain('invalid name');
    },
  );
  it('accepts a valid name', () => {
    expect(nameProblem('points-sms-2')).toBeUndefined();
  });
  it('creates a brand with defaults', () => {
    expect(emptyBrand('acme')).toMatchObject({ brand: 'acme', timezone: 'UTC', retentionDays: 30, sources: [] });
  });
});
