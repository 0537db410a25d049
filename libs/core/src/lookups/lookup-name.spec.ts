import { describe, expect, it } from '@jest/globals';
import type { BrandLookups, HttpEnrichmentSpec } from '../configuration/lookups.js';
import { lookupDiffers, lookupsIn } from './lookup-name.js';

const call = {
  url: 'https://crm.example.com',
  method: 'GET',
  headers: {},
  timeoutMs: 1,
  retries: 0,
  cacheMs: 0,
} as const;
const profile: HttpEnrichmentSpec = { ...call, onFailure: 'continue' };
const lookups: BrandLookups = {
  resolver: { type: 'http', ...call, mapping: {} },
  enrichment: {
    http: { profile },
    capillary: {
      ...{
        baseUrl: 'https://eu.example.com',
        auth: { kind: 'basic', username: 'a', password: 'b' },
        source: 'INSTORE',
      },
      ...{ ratePerMinute: 1, timeoutMs: 1, retries: 0, cacheMs: 0, onFailure: 'retry' },
    },
  },
};

describe('lookupsIn', () => {
  it('names resolver, Capillary and own enrichments', () => {
    expect(lookupsIn(lookups).map(({ name, onFailure }) => `${name} ${onFailure}`)).toEqual([
      'recipients.resolver retry',
      'enrichment.customer retry',
      'enrichment.points retry',
      'enrichment.tier retry',
      'enrichment.transaction retry',
      'enrichment.profile continue',
    ]);
    expect(lookupsIn({})).toEqual([]);
  });
});

describe('lookupDiffers', () => {
  it('compares the settings of one lookup', () => {
    const changed = {
      ...lookups,
      enrichment: { ...lookups.enrichment, http: { profile: { ...profile, retries: 1 } } },
    };
    expect(lookupDiffers('enrichment.profile', lookups, changed)).toBe(true);
    expect(lookupDiffers('enrichment.customer', lookups, changed)).toBe(false);
    expect(lookupDiffers('recipients.resolver', lookups, changed)).toBe(false);
    expect(
      lookupDiffers('recipients.resolver', lookups, {
        ...lookups,
        resolver: { ...call, type: 'http', mapping: {}, headers: { a: 'b' } },
      }),
    ).toBe(true);
  });

  it('is true for a lookup that was removed', () => {
    expect(lookupDiffers('enrichment.customer', lookups, { resolver: { type: 'http', ...call, mapping: {} } })).toBe(
      true,
    );
  });
});
