import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/core';
import { sampleChecks } from '../testing/sample-checks.js';
import { checkBrand, type CheckedBrand } from './check-brand.js';

function check(content: Json): CheckedBrand {
  return checkBrand({ content, sourceLocations: new Map(), interpolated: new Set() }, sampleChecks);
}

describe('checkBrand, for content without a file', () => {
  it('reports problems without file and line', () => {
    expect(check({ brand: 'acme', timezone: 'UTC' }).definition?.brand).toBe('acme');
    expect(check({ brand: 'acme', timezone: 'Nowhere/Land' }).problems).toEqual([
      { field: 'timezone', message: expect.stringContaining('is not a time zone') },
    ]);
  });

  it('rejects the path of a mapping file', () => {
    const { problems } = check({
      brand: 'acme',
      destinations: { hook: { type: 'webhook', settings: { url: 'https://hook.example.com' } } },
      sources: { json: { adapter: 'json', auth: { basic: [{ username: 'a', password: 'b' }] } } },
      subscriptions: { all: { source: 'json', events: ['*'], destination: 'hook', mapping: 'mappings/all.yaml' } },
    });
    expect(problems.map(({ field }) => field)).toEqual([
      'subscriptions.all.mapping',
      'sources.json.auth.basic[0].password',
    ]);
  });

  it('rejects the path of a mapping file in an entry of a route', () => {
    const { problems } = check({
      brand: 'acme',
      destinations: { hook: { type: 'webhook', settings: { url: 'https://hook.example.com' } } },
      sources: { json: { adapter: 'json', auth: { bearer: ['token'] } } },
      subscriptions: {
        all: { source: 'json', events: ['*'], route: [{ destination: 'hook', mapping: 'mappings/all.yaml' }] },
      },
    });
    expect(problems).toContainEqual({
      field: 'subscriptions.all.route[0].mapping',
      message: 'a mapping file can be used only in a brand file: write the mapping here',
    });
  });

  it.each([[null], [[]], ['brand'], [7], [{}], [JSON.parse('{"__proto__":{"brand":"acme"}}') as Json]])(
    'never throws: %j',
    (content) => {
      const { definition, problems } = check(content);
      expect(definition).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});
