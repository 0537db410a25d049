import { describe, expect, it } from '@jest/globals';
import { identityOf, personActorName, personIdOf, presentName } from './person.js';

const id = '019399f0-0000-7000-8000-000000000001';

describe('the recorded name of a person', () => {
  it('is read back as the id, also of an action in the console', () => {
    for (const name of [personActorName(id), `${personActorName(id)} (console)`])
      expect(personIdOf({ name, keyId: null })).toBe(id);
  });

  it.each([
    ['a key with the name of a person', { name: personActorName(id), keyId: id }],
    ['the admin key', { name: 'PATCHBAY_ADMIN_KEY', keyId: null }],
    ['a name that only begins like a person', { name: `${personActorName(id)} x`, keyId: null }],
  ])('is not read from %s', (_actor, actor) => expect(personIdOf(actor)).toBeNull());
});

describe('presentName', () => {
  const names = new Map([[id, 'Ada $& Lovelace']]);

  it.each([
    [personActorName(id), 'Ada $& Lovelace'],
    [`${personActorName(id)} (console)`, 'Ada $& Lovelace (console)'],
    ['continuous integration', 'continuous integration'],
    [personActorName(id.replace('1', '2')), personActorName(id.replace('1', '2'))],
  ])('shows %j as %j', (recorded, shown) => expect(presentName(recorded, names)).toBe(shown));
});

describe('identityOf', () => {
  const issuer = 'https://login.example.com';

  it.each([
    [{ sub: 'a1', name: 'Ada Lovelace', email: 'ada@example.com' }, 'Ada Lovelace'],
    [{ sub: 'a1', name: ' ', preferred_username: 'ada' }, 'ada'],
    [{ sub: 'a1', name: 'ada@example.com', preferred_username: 'ada' }, 'ada'],
    [{ sub: 'a1', name: 7, preferred_username: 'ada@example.com', email: 'ada@example.com' }, null],
    [{ sub: 'a1', name: `${'x'.repeat(99)}@example.com` }, null],
    [{ sub: 'a1', name: 'Ada\n\u202e\u200bLovelace\u0000' }, 'Ada Lovelace'],
    [{ sub: 'a1', name: 'x'.repeat(500) }, 'x'.repeat(100)],
    [{ sub: 'a1' }, null],
  ])('takes the display name of %j', (claims, name) =>
    expect(identityOf(issuer, claims)).toEqual({ issuer, subject: 'a1', name }),
  );

  it.each([
    {},
    { sub: '' },
    { sub: 7 },
    { sub: ['a1'] },
    { sub: 'a\u0000' },
    { sub: 'x'.repeat(256) },
    { sub: '\ud800' },
  ])('refuses the subject of %j', (claims) => expect(identityOf(issuer, claims)).toBeNull());
});
