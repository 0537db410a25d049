import { describe, expect, it } from '@jest/globals';
import { editableLookups, storedSecrets } from './editable-lookups';

const brand = {
  recipients: {
    order: ['event' as const, 'resolver' as const],
    resolver: { type: 'http', url: 'https://crm.acme.example/', headers: { authorization: '••••' } },
    consent: null,
    transactionalConsent: { sms: '{{ recipient.ok }}' },
  },
  platform: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: '••••', secret: '••••', org: 1800 } },
  enrichment: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: '••••', source: 'till' } },
};

describe('editableLookups', () => {
  it('leaves out the secrets of Capillary, and keeps the names of headers', () => {
    expect(editableLookups(brand)).toEqual({
      recipients: {
        order: ['event', 'resolver'],
        resolver: brand.recipients.resolver,
        transactionalConsent: { sms: '{{ recipient.ok }}' },
      },
      platform: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', org: 1800 } },
      enrichment: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', source: 'till' } },
    });
  });

  it('is empty for a brand without lookups', () => {
    const recipients = { order: ['event' as const], resolver: null, consent: null, transactionalConsent: null };
    const none = { recipients, platform: null, enrichment: null };
    expect(editableLookups(none)).toEqual({ recipients: { order: ['event'] }, enrichment: {} });
    expect(storedSecrets(none, 'platform')).toEqual([]);
    expect(storedSecrets(none, 'enrichment')).toEqual([]);
  });
});

describe('storedSecrets', () => {
  it('names the secrets that the hub has, and no other secret', () => {
    expect(storedSecrets(brand, 'enrichment')).toEqual(['capillary.key']);
    expect(storedSecrets(brand, 'platform')).toEqual(['capillary.key', 'capillary.secret']);
  });
});
