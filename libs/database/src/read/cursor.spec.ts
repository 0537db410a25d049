import { describe, expect, it } from '@jest/globals';
import { CursorError, uuidV7 } from '@patchbay/core';
import { randomBytes, randomUUID } from 'node:crypto';
import { decodeCursor, encodeCursor, type List } from './cursor.js';

const list: List = { kind: 'events', brandId: randomUUID() };

describe('a cursor', () => {
  it('gives back its id, and shows none of it', () => {
    const id = uuidV7(Date.now());
    const cursor = encodeCursor(list, id);
    expect(decodeCursor(list, cursor)).toBe(id);
    expect(cursor).toMatch(/^[\w-]{30}$/);
    expect(cursor).not.toContain(id.slice(0, 8));
  });

  const cursor = encodeCursor(list, uuidV7(Date.now()));
  it.each<[string, string]>([
    ['nothing', ''],
    ['an id', randomUUID()],
    ['any bytes', randomBytes(22).toString('base64url')],
    ['one too short', cursor.slice(0, -1)],
    ['one with a tail', `${cursor}A`],
    ['one with its end changed', `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'Q' : 'A'}`],
    ['one in another spelling', `${cursor.slice(0, -1)}=`],
    ['one of another alphabet', `${cursor.slice(0, 15)}+${cursor.slice(16)}`],
    ['one of another brand', encodeCursor({ ...list, brandId: randomUUID() }, uuidV7(1))],
    ['one of another list', encodeCursor({ ...list, kind: 'deliveries' }, uuidV7(1))],
    ['a very long one', 'A'.repeat(1_000_000)],
  ])('is not %s', (_case, forged) => {
    expect(() => decodeCursor(list, forged)).toThrow(CursorError);
    expect(() => decodeCursor(list, forged)).toThrow(/Leave it out/);
  });
});
