import { describe, expect, it } from '@jest/globals';
import { entryOf } from './entry-of.js';

const TABLE: Readonly<Record<string, string>> = { sent: 'a', 404: 'b' };

describe('entryOf', () => {
  it.each([
    ['sent', 'a'],
    ['404', 'b'],
    [404, 'b'],
  ])('finds %j', (name, entry) => {
    expect(entryOf(TABLE, name)).toBe(entry);
  });

  it.each(['SENT', 'constructor', '__proto__', '', undefined, null, ['sent'], { sent: 1 }])('ignores %j', (name) => {
    expect(entryOf(TABLE, name)).toBeUndefined();
  });
});
