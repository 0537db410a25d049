import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BrandDefinition, Json, JsonObject } from '@patchbay/core';
import { readBrandSource } from '../brand-file/brand-source.js';
import { checkBrand, checkOpenBrand } from '../brand-file/check-brand.js';
import { sampleEditChecks } from '../testing/sample-checks.js';
import { checkBody } from '../brand-edit/check-body.js';
import { exportBrand } from './export-brand.js';
import { VariableNames } from './variable-names.js';

const SECRETS = {
  ACME_RECIPIENTS_RESOLVER_URL_KEY: 'invented-6',
  ACME_RECIPIENTS_RESOLVER_URL_V: '1',
  ACME_RECIPIENTS_RESOLVER_HEADERS_ACCEPT: 'application/json',
  ACME_RECIPIENTS_RESOLVER_BODY_KEY: 'invented-7',
  ACME_RECIPIENTS_RESOLVER_HEADERS_AUTHORIZATION: 'Bearer invented: "1"',
  ACME_SOURCES_SHOP_AUTH_BEARER_0: 'invented-2',
  ACME_SOURCES_SHOP_AUTH_BEARER_1: 'invented\n3\t# no comment',
  ACME_DESTINATIONS_CRM_CREDENTIALS_BASIC_PASSWORD: '  ${env:NOT_AGAIN} 4 ',
  ACME_DESTINATIONS_CRM_SETTINGS_SIGNATURE: 'invented-5',
};
const content: JsonObject = {
  brand: 'acme',
  recipients: {
    resolver: {
      type: 'http',
      url: 'https://crm.example.com/contacts?key=invented-6&id={{ event.customerId }}&v=1#x',
      headers: { authorization: SECRETS.ACME_RECIPIENTS_RESOLVER_HEADERS_AUTHORIZATION, accept: 'application/json' },
      body: { key: 'invented-7', id: '{{ event.customerId }}' },
      method: 'POST',
      mapping: { phone: '{{ body.mobile }}' },
    },
  },
  sources: {
    shop: {
      adapter: 'json',
      auth: { bearer: [SECRETS.ACME_SOURCES_SHOP_AUTH_BEARER_0, SECRETS.ACME_SOURCES_SHOP_AUTH_BEARER_1] },
    },
  },
  destinations: {
    crm: {
      type: 'webhook',
      credentials: {
        basic: { username: 'till', password: SECRETS.ACME_DESTINATIONS_CRM_CREDENTIALS_BASIC_PASSWORD },
      },
      settings: {
        url: 'https://crm.example.com/in',
        signature: SECRETS.ACME_DESTINATIONS_CRM_SETTINGS_SIGNATURE,
      },
    },
  },
  subscriptions: {
    all: { source: 'shop', events: ['*'], destination: 'crm', mapping: { body: { n: '{{ data.n }}' } } },
  },
};

function definitionOf(written: Json): BrandDefinition {
  const { definition, problems } = checkOpenBrand(written, sampleEditChecks);
  if (definition === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return definition;
}

/** Reads an exported file in the way of `patchbay apply`. */
function applied(yaml: string, env: Readonly<Record<string, string>>): unknown {
  const source = readBrandSource(yaml, 'acme.yaml', (_kind, name) => {
    const value = env[name];
    return value === undefined ? { problem: `${name} is not set` } : { value };
  });
  const { definition, problems } = checkBrand(source, sampleEditChecks);
  return definition ?? [...source.problems, ...problems];
}

describe('exportBrand', () => {
  const yaml = exportBrand({ definition: definitionOf(content), file: null }, sampleEditChecks);

  it('creates a file that results in the same definition', () => {
    expect(applied(yaml, SECRETS)).toEqual(definitionOf(content));
  });

  it('lists the variables and contains no secret', () => {
    for (const [name, secret] of Object.entries(SECRETS)) {
      expect(yaml).toContain(`#   ${name}\n`);
      expect(yaml).toContain(`\${env:${name}}`);
      if (secret !== '1') expect(yaml).not.toContain(secret);
    }
    expect(yaml).not.toContain('invented');
  });

  it('omits empty parts', () => {
    const bare = exportBrand({ definition: definitionOf({ brand: 'acme' }), file: null }, sampleEditChecks);
    expect(bare).toBe('brand: acme\ntimezone: UTC\nprivacy: standard\nretention: 30d\n');
  });

  it('exports only the parts if a file manages the brand', () => {
    const part = exportBrand({ definition: definitionOf(content), file: 'brands/acme.yaml' }, sampleEditChecks);
    expect(part).toContain('# These parts were created through the API. Add them to brands/acme.yaml, which');
    expect(part).toMatch(/^brand: acme\nsources:/m);
    expect(part).not.toContain('timezone');
    expect(part).not.toContain('RESOLVER');
  });

  it('preserves any mapping', () => {
    const mapping = fc.dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(mapping, (body) => {
        const plain = JSON.parse(JSON.stringify({ body })) as JsonObject;
        fc.pre(checkBody(plain).length === 0);
        const before = definitionOf(content);
        const definition = {
          ...before,
          subscriptions: before.subscriptions.map((one) => ({ ...one, mapping: plain })),
        };
        const source = readBrandSource(
          exportBrand({ definition, file: null }, sampleEditChecks),
          'acme.yaml',
          (_kind, name) => ({ value: SECRETS[name as keyof typeof SECRETS] }),
        );
        expect(source.problems).toEqual([]);
        expect(source.content).toMatchObject({ subscriptions: { all: { mapping: {} } } });
        const { subscriptions } = source.content as { subscriptions: { all: { mapping: Json } } };
        expect(JSON.stringify(subscriptions.all.mapping)).toBe(JSON.stringify(plain));
      }),
      { numRuns: 500 },
    );
  });
});

describe('VariableNames', () => {
  it.each([
    ['acme', ['destinations', 'sms', 'credentials', 'authToken'], 'ACME_DESTINATIONS_SMS_CREDENTIALS_AUTH_TOKEN'],
    ['7-eleven', ['sources', 'in', 'auth', 'headers', 'x-a.b', 0], 'BRAND_7_ELEVEN_SOURCES_IN_AUTH_HEADERS_X_A_B_0'],
    ['patchbay', ['sources', 'in'], 'BRAND_PATCHBAY_SOURCES_IN'],
  ])('derives the name from the path of the secret: %s', (brand, path, name) => {
    expect(new VariableNames(brand).nameOf(path)).toBe(name);
  });

  it('creates unique names within the maximum length', () => {
    const names = new VariableNames('acme');
    const given = ['a-b', 'a_b', 'aB', 'x'.repeat(500), 'x'.repeat(501)].map((part) => names.nameOf([part]));
    expect(given.slice(0, 3)).toEqual(['ACME_A_B', 'ACME_A_B_2', 'ACME_A_B_3']);
    expect(new Set(given).size).toBe(5);
    for (const name of given) expect(name).toMatch(/^[A-Z_][A-Z0-9_]{0,127}$/);
  });
});
