import { describe, expect, it } from '@jest/globals';
import { isAddressedTo, withAddresses } from './test-recipient.js';

const recipient = { phone: '+49 170 1234567', email: 'Tester@example.org' };

describe('a test recipient', () => {
  it('takes the place of the placeholders for personal values', () => {
    const data = { customer: { mobile: '+15005550006', mails: ['customer@example.com'], name: '••••' }, points: 5 };
    expect(withAddresses(data, recipient)).toEqual({
      customer: { mobile: '+49 170 1234567', mails: ['Tester@example.org'], name: '••••' },
      points: 5,
    });
    expect(withAddresses(data, {})).toEqual(data);
  });

  it.each([
    [{ to: '+491701234567', body: 'x' }, true],
    [{ to: [{ email: 'tester@example.org' }] }, true],
    [{ to: '+491701234568', body: 'Call +491701234567 now' }, false],
    [{ to: 'other@example.org' }, false],
  ])('is found in a message only as the whole text of a field, case %#', (message, expected) => {
    expect(isAddressedTo(message, recipient)).toBe(expected);
    expect(isAddressedTo(message, {})).toBe(false);
  });
});
