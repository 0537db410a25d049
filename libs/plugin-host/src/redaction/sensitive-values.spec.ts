import { describe, expect, it } from '@jest/globals';
import { SensitiveValues, sensitiveValues, splitPath } from './sensitive-values.js';

const MESSAGE = {
  to: ' +919000000001 ',
  people: [{ name: 'Asha', age: 34, card: 40_001_234 }, { name: 'Ravi' }, 'Meera'],
  deep: { er: { mail: ['asha@example.com', null, true, { x: 'abc', y: 'Asha' }] } },
  harmless: 'words',
};

describe('sensitive values', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a text, without surrounding spaces', ['to'], ['+919000000001']],
    ['a property of every entry', ['people.*.name'], ['Asha', 'Ravi']],
    ['every entry, with everything below it', ['people.*'], ['Asha', '40001234', 'Ravi', 'Meera']],
    ['everything below a path, except values that are too short', ['deep'], ['asha@example.com', 'Asha']],
    ['several paths, each value once', ['people.*.name', 'deep.er'], ['Asha', 'Ravi', 'asha@example.com']],
    ['no values for missing paths', ['gone', 'to.x', 'people.name', 'deep.*', 'toString'], []],
  ])('are %s', (_what, paths, values) => {
    expect(sensitiveValues(MESSAGE, paths)).toEqual(values);
  });

  it('contains each value once, however many objects contain it', () => {
    const found = new SensitiveValues();
    found.addAt(MESSAGE, ['to', 'people.*.name'].map(splitPath));
    found.addAll([{ phone: '+919000000001', first: 'Asha' }, 'Meera']);
    expect([...found.values]).toEqual(['+919000000001', 'Asha', 'Ravi', 'Meera']);
  });

  it('limits the values of each object, so that every object is included', () => {
    const many = (word: string): string[] => Array.from({ length: 600 }, (_, n) => `${word}-${n}`);
    const found = new SensitiveValues();
    found.addAt({ list: many('message') }, [['list']]);
    found.addAll(many('event'));
    found.addAll(['+919000000001']);
    expect(found.values.size).toBe(1_001);
    expect(found.values).toContain('message-499');
    expect(found.values).toContain('event-499');
    expect(found.values).toContain('+919000000001');
  });
});
