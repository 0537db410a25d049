import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { checkOpenBrand } from '../brand-file/check-brand.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { maskedLookups, type MaskedLookups } from './masked-lookups.js';

function shown(content: JsonObject): MaskedLookups {
  const { definition } = checkOpenBrand({ brand: 'acme', ...content }, sampleChecks);
  if (definition === undefined) throw new Error('The sample is invalid.');
  return maskedLookups(definition, '•');
}

const resolver = { type: 'http', method: 'POST', url: 'https://crm.example.com/a', mapping: { phone: '{{ body.m }}' } };

describe('maskedLookups', () => {
  it('returns nulls if there are no lookups', () => {
    expect(shown({})).toEqual({
      resolver: null,
      consent: null,
      transactionalConsent: null,
      enrichment: null,
      platform: null,
    });
  });

  it('masks header values and literal values of the body', () => {
    const { resolver: masked } = shown({
      recipients: {
        resolver: {
          ...resolver,
          headers: { accept: 'secret-1' },
          body: { a: 'secret-2', ids: ['{{ event.customerId }}'], n: 3 },
        },
      },
    });
    expect(masked).toMatchObject({
      headers: { accept: '•' },
      body: { a: '•', ids: ['{{ event.customerId }}'], n: '•' },
    });
  });

  it.each([
    ['https://a.example/x?key=secret&id={{ event.customerId }}', 'https://a.example/x?key=•&id={{ event.customerId }}'],
    ['https://a.example/x?key=a{{ event.customerId }}#top', 'https://a.example/x?key=•#top'],
    ['https://a.example/{{ event.customerId }}', 'https://a.example/{{ event.customerId }}'],
    ['https://a.example/x?flag&empty=&k=v', 'https://a.example/x?flag&empty=&k=•'],
  ])('masks literal query values: %s', (url, expected) => {
    expect(shown({ recipients: { resolver: { ...resolver, url } } }).resolver?.['url']).toBe(expected);
  });

  it('masks the Capillary password but not the user name', () => {
    const base = { baseUrl: 'https://eu.api.capillarytech.com' };
    const till = shown({ enrichment: { capillary: { ...base, username: 'till', password: 'secret' } } });
    expect(till.enrichment).toMatchObject({ capillary: { ...base, username: 'till', password: '•' } });
  });

  it('masks the key and secret of a platform, and shows no enrichment that only the platform brings', () => {
    const access = { baseUrl: 'https://eu.api.capillarytech.com', key: 'secret-key', secret: 'secret' };
    const { platform, enrichment } = shown({ platform: { capillary: access } });
    expect(platform).toMatchObject({ capillary: { baseUrl: access.baseUrl, key: '•', secret: '•' } });
    expect(enrichment).toBeNull();
  });
});
