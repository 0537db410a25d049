import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { jsonChanges } from './json-changes.js';

describe('jsonChanges', () => {
  it('returns nothing for equal values', () => {
    expect(jsonChanges({ a: { b: [1] } }, { a: { b: [1] } })).toEqual([]);
  });

  it('names the nested field that differs', () => {
    expect(jsonChanges({ mapping: { to: 'x', body: 'old' } }, { mapping: { to: 'x', body: 'new' } })).toEqual([
      { field: 'mapping.body', before: 'old', after: 'new' },
    ]);
  });

  it('uses null for a field that is not set', () => {
    expect(jsonChanges({ a: 1 }, { b: 2 })).toEqual([
      { field: 'a', before: 1, after: null },
      { field: 'b', before: null, after: 2 },
    ]);
  });

  it('compares only fields that an object has itself', () => {
    const after: unknown = JSON.parse('{ "constructor": 1, "__proto__": { "a": 2 } }');
    expect(jsonChanges({}, after as JsonObject)).toEqual([
      { field: '__proto__', before: null, after: { a: 2 } },
      { field: 'constructor', before: null, after: 1 },
    ]);
  });

  it('compares the entries of lists with the same number of objects', () => {
    const route = (subject: string) => ({ route: [{ to: 'a' }, { mapping: { subject } }] });
    expect(jsonChanges(route('Hi'), route('Hello'))).toEqual([
      { field: 'route[1].mapping.subject', before: 'Hi', after: 'Hello' },
    ]);
    const [one, two] = [[{ to: 'a' }], [{ to: 'a' }, { to: 'b' }]];
    expect(jsonChanges({ route: one }, { route: two })).toEqual([{ field: 'route', before: one, after: two }]);
  });

  it('compares any other list as one value', () => {
    expect(jsonChanges({ events: ['a', 'b'] }, { events: ['a'] })).toEqual([
      { field: 'events', before: ['a', 'b'], after: ['a'] },
    ]);
  });
});
