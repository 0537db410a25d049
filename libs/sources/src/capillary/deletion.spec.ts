import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { capillaryAdapter } from './capillary.adapter.js';
import { deletedCustomers } from './people.js';

const fixtures = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../test/fixtures');

function deletedBy(type: string, data: JsonObject): readonly string[] {
  const also = { eventId: '1', organisation: null, occurredAt: null, customerIds: [], attributes: {} };
  return deletedCustomers({ ...also, type, data });
}

const customerIdentifiers = { customerId: 700100201, instore: { mobile: '919000000001' } };
const request = { requestType: 'CUSTOMER', requestBaseType: 'DELETE', status: 'SUCCESS', customerIdentifiers };

describe('deletedCustomers', () => {
  it.each<[string, string, JsonObject, string[]]>([
    ['a deleted status', 'customerUpdated', { customerStatus: { currentLabel: 'Deleted' } }, ['700100201']],
    ['in another case', 'customerUpdated', { customerStatus: { currentStatus: ' DELETED ' } }, ['700100201']],
    [
      'a previous status',
      'customerUpdated',
      { customerStatus: { previousLabel: 'Deleted', currentLabel: 'Active' } },
      [],
    ],
    ['no status', 'customerUpdated', { customerStatus: null }, []],
    ['an invalid status', 'customerUpdated', { customerStatus: ['Deleted'] }, []],
    ['another type', 'customerAdded', { customerStatus: { currentLabel: 'Deleted' } }, []],
    ['a deletion that succeeded', 'requestUpdated', request, ['700100201']],
    ['in lower case', 'requestUpdated', { ...request, requestBaseType: 'delete', status: 'success' }, ['700100201']],
    ['a pending deletion', 'requestUpdated', { ...request, status: 'APPROVED' }, []],
    ['a refused deletion', 'requestUpdated', { ...request, status: 'REJECTED' }, []],
    ['a successful change', 'requestUpdated', { ...request, requestBaseType: 'CHANGE' }, []],
    ['the deletion of another object', 'requestUpdated', { ...request, requestType: 'CARD' }, []],
    ['nobody', 'requestUpdated', { ...request, customerIdentifiers: null, victim: { customerId: 7 } }, []],
  ])('%s (%s)', (_what, type, data, expected) => {
    expect(deletedBy(type, { customerIdentifiers, ...data })).toEqual(expected);
  });

  it.each([
    ['deletions/customerUpdated', ['700100209']],
    ['events/requestUpdated', ['700100209']],
    ['events/customerUpdated', []],
    ['events/pointsTransferredInitiated', []],
  ])('fixture %s', (name, expected) => {
    const body: unknown = JSON.parse(readFileSync(path.join(fixtures, `${name}.json`), 'utf8'));
    const [read] = capillaryAdapter.read(body, {});
    if (read?.kind !== 'event') throw new Error('unreadable');
    expect(capillaryAdapter.deletedCustomers?.(read.event)).toEqual(expected);
  });
});
