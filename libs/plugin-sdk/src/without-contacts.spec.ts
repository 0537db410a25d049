import { describe, expect, it } from '@jest/globals';
import { withoutContacts } from './without-contacts.js';

describe('withoutContacts', () => {
  it.each([
    ['no +919000000001 here', 'no … here'],
    ['no 919000000001 here', 'no … here'],
    ['550 5.1.1 <asha@example.com>: unknown', '550 5.1.1 <…>: unknown'],
    ['error 30006 ', 'error 30006'],
    ['', ''],
  ])('converts %j', (words, shown) => {
    expect(withoutContacts(words)).toBe(shown);
  });

  it('shortens, and removes an address at the end before it shortens', () => {
    const words = `${'x '.repeat(95)}asha.private@example.com`;
    expect(withoutContacts(words)).toBe(`${'x '.repeat(95)}…`);
    expect(withoutContacts('x'.repeat(1_000))).toHaveLength(200);
  });
});
