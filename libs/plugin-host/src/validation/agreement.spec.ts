import { describe, expect, it } from '@jest/globals';
import { AnyOf, Field, OneOf, toInstance, type Ctor, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import {
  ArrayUnique,
  IsDivisibleBy,
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNotIn,
  IsPositive,
  Length,
  validateSync,
} from 'class-validator';
import { compileClass } from './compile-schema.js';

class Text {
  @Field({ label: 'V', minLength: 2, maxLength: 5 })
  v: string;
}
class OptionalText {
  @Field({ label: 'V', optional: true, pattern: /^[a-z]+$/ })
  v?: string;
}
class Phone {
  @Field({ label: 'V', format: 'e164' })
  v: string;
}
class Email {
  @Field({ label: 'V', format: 'email' })
  v: string;
}
class Uri {
  @Field({ label: 'V', format: 'uri' })
  v: string;
}
class Hostname {
  @Field({ label: 'V', format: 'hostname' })
  v: string;
}
class Amount {
  @Field({ label: 'V', minimum: 0, maximum: 10 })
  v: number;
}
class Whole {
  @Field({ label: 'V', type: 'integer', default: 1 })
  v: number;
}
class Flag {
  @Field({ label: 'V' })
  v: boolean;
}
class Choice {
  @Field({ label: 'V', enum: ['a', 'b'], optional: true })
  v?: 'a' | 'b';
}
class List {
  @Field({ label: 'V', minItems: 1, maxItems: 2, maxLength: 3 })
  v: string[];
}
class Named {
  @Field({ label: 'V', type: 'record', maxItems: 2, maxLength: 3 })
  v: Record<string, string>;
}
class Free {
  @Field({ label: 'V', type: 'json' })
  v: Json;
}
class FreeObject {
  @Field({ label: 'V', type: 'object', optional: true })
  v?: JsonObject;
}
class Nested {
  @Field({ label: 'V' })
  v: Text;
}
class NestedList {
  @Field({ label: 'V', items: Text, optional: true })
  v?: Text[];
}
class Further {
  @Field({ label: 'V', optional: true })
  @IsEmail()
  @Length(3, 30)
  @IsNotIn(['a@example.com'])
  v?: string;
  @Field({ label: 'N', optional: true })
  @IsInt()
  @IsPositive()
  @IsDivisibleBy(5)
  n?: number;
  @Field({ label: 'L', optional: true })
  @ArrayUnique()
  @IsIn(['x', 'y'], { each: true })
  @IsNotEmpty({ each: true })
  l?: string[];
}
@OneOf([['a'], ['b', 'c']])
class One {
  @Field({ label: 'A', optional: true })
  a?: string;
  @Field({ label: 'B', optional: true })
  b?: string;
  @Field({ label: 'C', optional: true })
  c?: string;
}
@OneOf([['a'], ['b'], []])
@AnyOf([['a'], ['c']])
class Any {
  @Field({ label: 'A', optional: true })
  a?: string;
  @Field({ label: 'B', optional: true })
  b?: string;
  @Field({ label: 'C', optional: true })
  c?: string;
}

const odd: Json[] = [
  null,
  '',
  'x',
  0,
  1,
  1.5,
  -1,
  11,
  true,
  [],
  {},
  [''],
  ['x'],
  [1],
  [null],
  { a: 'x' },
  { a: 1 },
  [[]],
  'null',
  '0',
];
const v = (...values: Json[]): JsonObject[] => [...[...values, ...odd].map((value): JsonObject => ({ v: value })), {}];

/**
 * Test rows: the class, its test values, and the number of valid values. The number proves that the checks do not
 * accept everything.
 */
const table: [string, Ctor<object>, JsonObject[], number][] = [
  ['text', Text, v('ab', 'abcde', 'abcdef', 'a', '💶💶', '💶', '❤️❤️❤️', 'ab\u0000'), 5],
  ['optional text with a pattern', OptionalText, v('abc', 'ABC', 'a1'), 5],
  ['phone', Phone, v('+15005550006', '15005550006', '+0123456789', '+1 500', '+1234567890123456', '+15005550006\n'), 1],
  [
    'e-mail',
    Email,
    v('person@example.com', 'person', 'a@b', 'person@example.com ', '"x y"@example.com', '\ud800@example.com'),
    2,
  ],
  [
    'URI',
    Uri,
    v(
      'https://a.example/x?y=1',
      'http://localhost:8080',
      'ftp://a',
      '//a',
      'https://u:p@a',
      'https://',
      'https://a b',
      'HTTP://A',
      'javascript:1',
    ),
    3,
  ],
  ['host name', Hostname, v('api.example.com', 'localhost', 'a_b', '-a', 'a-', 'a..b', 'a/b', 'x'.repeat(64)), 6],
  ['number', Amount, v(10, 10.01, -0.1, '5'), 4],
  ['whole number', Whole, v(2, 2.5, '2', -3), 8],
  ['flag', Flag, v(false, 'true', 1), 2],
  ['choice', Choice, v('a', 'b', 'c', ['a']), 4],
  ['list', List, v(['ab', 'cd'], ['a', 'b', 'c'], ['abcd'], 'ab'), 3],
  ['record', Named, v({ a: 'b' }, { a: 'b', c: 'd', e: 'f' }, { a: 'long' }, { a: null }), 3],
  ['free JSON', Free, v({ deep: [{ x: null }] }), 21],
  ['free object', FreeObject, v({ deep: [{ x: null }] }), 6],
  ['nested class', Nested, v({ v: 'ab' }, { v: 'a' }, { v: null }), 1],
  ['list of a nested class', NestedList, v([{ v: 'ab' }, { v: 'abc' }], [{ v: 'a' }], [{}], [{ v: 'ab' }, 1]), 4],
  [
    'further rules',
    Further,
    [
      {},
      { v: 'b@example.com' },
      { v: 'a@example.com' },
      { v: `${'x'.repeat(30)}@example.com` },
      { v: 'x' },
      { n: 5 },
      { n: 7 },
      { n: -5 },
      { n: 0 },
      { n: 2.5 },
      { l: ['x', 'y'] },
      { l: ['x', 'x'] },
      { l: ['z'] },
      { l: [''] },
      { l: [] },
      { v: null, n: null, l: null },
    ],
    6,
  ],
  [
    'exactly one of',
    One,
    [
      {},
      { a: 'x' },
      { b: 'x' },
      { c: 'x' },
      { b: 'x', c: 'x' },
      { a: 'x', b: 'x' },
      { a: 'x', b: 'x', c: 'x' },
      { a: null, b: 'x', c: 'x' },
      { a: 'x', c: null },
    ],
    4,
  ],
  [
    'two rules',
    Any,
    [
      {},
      { a: 'x' },
      { b: 'x' },
      { c: 'x' },
      { b: 'x', c: 'x' },
      { a: 'x', b: 'x' },
      { a: 'x', b: 'x', c: 'x' },
      { a: 'x', c: 'x' },
    ],
    4,
  ],
];

describe('class-validator and the compiled JSON Schema', () => {
  it.each(table)('agree on %s', (_name, target, values, good) => {
    const compiled = compileClass(target);
    const byClassValidator = values.map((value) => ({
      value,
      good: validateSync(instance(target, value)).length === 0,
    }));
    const bySchema = values.map((value) => ({ value, good: compiled.check(value).length === 0 }));
    expect(bySchema).toEqual(byClassValidator);
    expect(bySchema.filter((entry) => entry.good)).toHaveLength(good);
  });

  it('refuse unknown properties', () => {
    expect(compileClass(Text).check({ v: 'abc', w: 1 })).toEqual([
      { field: 'w', message: 'is not known here; known are v', missing: false },
    ]);
  });
});

/** Creates an instance for class-validator: nulls are kept, and nested values become instances. */
function instance(target: Ctor<object>, value: JsonObject): object {
  const made = toInstance(target, value);
  for (const [name, entry] of Object.entries(value)) if (entry === null) Object.assign(made, { [name]: null });
  return made;
}
