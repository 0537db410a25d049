import { describe, expect, it } from '@jest/globals';
import { editableLookups, storedSecrets } from './editable-lookups';

const brand = {
  recipients: {
    order: ['event' as const, 'resolver' as const],
    resolver: { type: 'http', url: 'https://crm.acme.example/', headers: { authorization: '••••' } },
    consent: null,
  },
  enrichment: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: '••••', source: 'till' } },
};

describe('editableLookups', () => {
  it('leaves out the secrets of Capillary, and keeps the names of headers', () => {
    expect(editableLookups(brand)).toEqual({
      recipients: { order: ['event', 'resolver'], resolver: brand.recipients.resolver },
      enrichment: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', source: 'till' } },
    });
  });

  it('is empty for a brand without lookups', () => {
    const none = { recipients: { order: ['event' as const], resolver: null, consent: null }, enrichment: null };
    expect(editableLookups(none)).toEqual({ recipients: { order: ['event'] }, enrichment: {} });
    expect(storedSecrets(none)).toEqual([]);
  });
});

describe('storedSecrets', () => {
  it('names the secrets that the hub has, and no other secret', () =>
    expect(storedSecrets(brand)).toEqual(['capillary.key']));
});
