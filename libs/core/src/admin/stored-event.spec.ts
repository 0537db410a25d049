import { describe, expect, it } from '@jest/globals';
import type { PersonalValue } from '../event/personal-value.js';
import { personalContext, serialisePersonal } from '../event/privacy.js';
import { plainVault } from '../testing/configuration-builder.js';
import type { StoredEvent } from './read-store.port.js';
import { personalOf, withPersonal } from './stored-event.js';

const personal: readonly PersonalValue[] = [
  { root: 'data', path: ['who', 'name'], value: 'Asha' },
  { root: 'attributes', path: ['request'], value: 'GET /' },
];
const event: StoredEvent = {
  ...{ id: 'e', type: 't', source: 'in', sourceId: 's', customerId: null, brandId: 'b', occurredAt: 0, receivedAt: 0 },
  ...{
    status: 'accepted',
    retentionDays: 30,
    sourceEventId: 's',
    configRevision: 1,
    customerIds: [],
    customerKey: null,
  },
  ...{ attributes: { refId: '1' }, data: { who: { id: 7 } }, quarantineReason: null, erasedAt: null },
  sealed: plainVault.seal(personalContext('e'), serialisePersonal(personal)),
};

describe('personalOf', () => {
  it('opens sealed values', () => expect(personalOf(event, plainVault)).toEqual(personal));
  it('is empty if nothing is sealed', () => expect(personalOf({ ...event, sealed: null }, plainVault)).toEqual([]));
  it('leaves the body of a quarantined event sealed', () => {
    expect(personalOf({ ...event, quarantineReason: 'not JSON' }, plainVault)).toEqual([]);
  });
});

describe('withPersonal', () => {
  it('restores the values at their original paths', () => {
    expect(withPersonal(event, personal)).toEqual({
      data: { who: { id: 7, name: 'Asha' } },
      attributes: { refId: '1', request: 'GET /' },
    });
  });

  it('shows replacements and does not change the event', () => {
    expect(withPersonal(event, personal, () => '•').data).toEqual({ who: { id: 7, name: '•' } });
    expect(event.data).toEqual({ who: { id: 7 } });
  });
});
