import { describe, expect, it } from '@jest/globals';
import { CursorError, uuidV7 } from '@patchbay/core';
import { randomBytes, randomUUID } from 'node:crypto';
import { decodeCursor, encodeCursor, type List } from './cursor.js';

const list: List = { kind: 'events', brandId: randomUUID() };

describe('a cursor', () => {
  it('decodes to its id, and does not show the id', () => {
    const id = uuidV7(Date.now());
    const cursor = encodeCursor(list, id);
    expect(decodeCursor(list, cursor)).toBe(id);
    expect(cursor).toMatch(/^[\w-]{30}$/);
    expect(cursor).not.toContain(id.slice(0, 8));
  });

  const cursor = encodeCursor(list, uuidV7(Date.now()));
  it.each<[string, string]>([
    ['an empty text', ''],
    ['an id', randomUUID()],
    ['random bytes', randomBytes(22).toString('base64url')],
    ['a shortened cursor', cursor.slice(0, -1)],
    ['a cursor with an appended character', `${cursor}A`],
    ['a cursor with a changed last character', `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'Q' : 'A'}`],
    ['a padded cursor', `${cursor.slice(0, -1)}=`],
    ['a cursor in another base64 alphabet', `${cursor.slice(0, 15)}+${cursor.slice(16)}`],
    ['a cursor of another brand', encodeCursor({ ...list, brandId: randomUUID() }, uuidV7(1))],
    ['a cursor of another list', encodeCursor({ ...list, kind: 'deliveries' }, uuidV7(1))],
    ['a very long text', 'A'.repeat(1_000_000)],
  ])('is not decoded from %s', (_case, forged) => {
    expect(() => decodeCursor(list, forged)).toThrow(CursorError);
    expect(() => decodeCursor(list, forged)).toThrow(/Omit it/);
  });
});
