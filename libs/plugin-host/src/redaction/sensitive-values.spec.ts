import { describe, expect, it } from '@jest/globals';
import { SensitiveValues, sensitiveValues } from './sensitive-values.js';

const MESSAGE = {
  to: ' +919000000001 ',
  people: [{ name: 'Asha', age: 34, card: 40_001_234 }, { name: 'Ravi' }, 'Meera'],
  deep: { er: { mail: ['asha@example.com', null, true, { x: 'abc', y: 'Asha' }] } },
  harmless: 'words',
};

describe('sensitive values', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a text, without the space around it', ['to'], ['+919000000001']],
    ['a part of every entry', ['people.*.name'], ['Asha', 'Ravi']],
    ['every entry, with all that is below it', ['people.*'], ['Asha', '40001234', 'Ravi', 'Meera']],
    ['all below a path, but what is too short', ['deep'], ['asha@example.com', 'Asha']],
    ['several paths, each value once', ['people.*.name', 'deep.er'], ['Asha', 'Ravi', 'asha@example.com']],
    ['nothing of paths that are not there', ['gone', 'to.x', 'people.name', 'deep.*', 'toString'], []],
  ])('are %s', (_what, paths, values) => {
    expect(sensitiveValues(MESSAGE, paths)).toEqual(values);
  });

  it('are each there once, from however many places they come', () => {
    const found = new SensitiveValues();
    found.addAt(MESSAGE, ['to', 'people.*.name']);
    found.addAll([{ phone: '+919000000001', first: 'Asha' }, 'Meera']);
    expect([...found.values]).toEqual(['+919000000001', 'Asha', 'Ravi', 'Meera']);
  });

  it('are so many at most of each place that no other place goes short', () => {
    const many = (word: string): string[] => Array.from({ length: 600 }, (_, n) => `${word}-${n}`);
    const found = new SensitiveValues();
    found.addAt({ list: many('message') }, ['list']);
    found.addAll(many('event'));
    found.addAll(['+919000000001']);
    expect(found.values.size).toBe(1_001);
    expect(found.values).toContain('message-499');
    expect(found.values).toContain('event-499');
    expect(found.values).toContain('+919000000001');
  });
});
