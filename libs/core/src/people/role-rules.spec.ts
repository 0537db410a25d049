import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import { namedValues, roleValues, ruleFor, type RoleRule } from './role-rules.js';

describe('roleValues', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    ['a text', { groups: 'admins' }, ['groups'], ['admins']],
    ['a list of texts', { groups: ['support', 'admins'] }, ['groups'], ['support', 'admins']],
    ['a field inside a claim', { realm_access: { roles: ['admins'] } }, ['realm_access', 'roles'], ['admins']],
    [
      'a claim with dots in its name',
      { 'https://x.example/roles': ['admins'] },
      ['https://x.example/roles'],
      ['admins'],
    ],
    ['a verified address', { email: 'a@example.com', email_verified: true }, ['email'], ['a@example.com']],
  ])('reads %s', (_shape, claims, path, expected) => expect(roleValues(claims, path)).toEqual(expected));

  it.each<[string, Json]>([
    ['an object with the value as key', { admins: true }],
    ['a list with another list', [['admins']]],
    ['a list of objects', [{ value: 'admins' }]],
    ['a list with texts and something else', ['admins', 1]],
    ['true', true],
    ['a number', 1],
    ['null', null],
  ])('reads nothing from %s', (_shape, groups) => expect(roleValues({ groups }, ['groups'])).toEqual([]));

  it.each<[string, JsonObject, readonly string[]]>([
    ['a missing claim', {}, ['groups']],
    ['an inherited property', {}, ['constructor', 'name']],
    ['a property of a text', { groups: 'admins' }, ['groups', 'length']],
    ['an entry of a list', { groups: ['admins'] }, ['groups', '0']],
    ['an address that is not verified', { email: 'a@example.com' }, ['email']],
    ['an address whose verification is a text', { email: 'a@example.com', email_verified: 'true' }, ['email']],
  ])('reads nothing from %s', (_claim, claims, path) => expect(roleValues(claims, path)).toEqual([]));
});

describe('ruleFor', () => {
  const rules: readonly RoleRule[] = [
    { value: 'support', role: 'viewer', brands: ['acme'], reveal: false },
    { value: 'admins', role: 'admin', reveal: true },
  ];

  it('returns the first rule that applies, so that rights are never combined', () => {
    expect(ruleFor(['admins', 'support'], rules)).toBe(rules[0]);
    expect(ruleFor(['admins'], rules)).toBe(rules[1]);
  });

  it('needs only the values that rules name', () => {
    expect(namedValues(['staff', 'admins', 'admins', 'support'], rules)).toEqual(['admins', 'support']);
  });

  it.each(['', 'Admins', 'admins ', 'admins,support', 'admin', 'admins\u0000', '*'])(
    'returns null for %j, which is not exactly a value',
    (value) => expect(ruleFor([value], rules)).toBeNull(),
  );
});
