import { describe, expect, it } from '@jest/globals';
import { Field, OneOf } from '@patchbay/plugin-sdk';
import { compileClass } from './compile-schema.js';

class Login {
  @Field({ label: 'Password', secret: true, minLength: 12 })
  password: string;
}
@OneOf([['from'], ['service']])
class Values {
  @Field({ label: 'To', format: 'e164' })
  to: string;
  @Field({ label: 'From', optional: true, pattern: /^\+\d+$/, example: '+15005550006' })
  from?: string;
  @Field({ label: 'Service', optional: true })
  service?: string;
  @Field({ label: 'Login', optional: true })
  login?: Login;
  @Field({ label: 'Headers', type: 'record', optional: true })
  headers?: Record<string, string>;
  @Field({ label: 'Mode', enum: ['a', 'b'], optional: true })
  mode?: string;
  @Field({ label: 'Tries', type: 'integer', optional: true, minimum: 1 })
  tries?: number;
  @Field({ label: 'Secrets', optional: true, secret: true, maxItems: 1 })
  secrets?: string[];
}
const good = { to: '+15005550006', service: 's' };
const { check } = compileClass(Values);

describe('field problems', () => {
  it.each<[string, object, [string, string, boolean][]]>([
    ['nothing wrong', {}, []],
    ['missing', { to: undefined }, [['to', 'is required', true]]],
    ['null', { to: null }, [['to', 'is required', true]]],
    ['empty', { to: '' }, [['to', 'is required', true]]],
    ['a format', { to: '0500' }, [['to', 'must be a phone number in E.164, like +15005550006', false]]],
    [
      'a pattern',
      { from: 'x', service: null },
      [['from', 'does not have the required format, like +15005550006', false]],
    ],
    ['a type', { tries: 'x' }, [['tries', 'must be a whole number', false]]],
    ['a bound', { tries: -1 }, [['tries', 'must be 1 or more', false]]],
    ['a choice', { mode: 'c' }, [['mode', 'must be one of: a, b', false]]],
    [
      'a nested field',
      { login: { password: 'short' } },
      [['login.password', 'must have at least 12 characters', false]],
    ],
    ['a missing nested field', { login: {} }, [['login.password', 'is required', true]]],
    ['a name with a slash', { headers: { 'x/a~b': 1 } }, [['headers.x/a~b', 'must be text', false]]],
    ['an entry', { secrets: [1] }, [['secrets.0', 'must be text', false]]],
    ['too many', { secrets: ['a', 'b'] }, [['secrets', 'must have at most 1 entries', false]]],
    ['alternatives', { service: null }, [['', 'needs exactly one of: from; service', false]]],
  ])('%s', (_name, change, expected) => {
    const value: unknown = JSON.parse(JSON.stringify({ ...good, ...change }));
    expect(check(value as never).map((problem) => [problem.field, problem.message, problem.missing])).toEqual(expected);
  });

  it('does not test the pattern of a text that is too long', () => {
    class Code {
      // Takes exponential time for a text with another last character.
      @Field({ label: 'Code', maxLength: 20, pattern: /^(a+)+$/ })
      code: string;
    }
    expect(compileClass(Code).check({ code: `${'a'.repeat(200)}b` })).toEqual([
      { field: 'code', message: 'must have at most 20 characters', missing: false },
    ]);
    expect(compileClass(Code).check({ code: 'ab' })).toMatchObject([{ message: 'does not have the required format' }]);
  });

  it('names the alternatives if the message lacks all of them', () => {
    expect(check({ ...good, service: null })).toMatchObject([{ field: '', oneOf: ['from', 'service'] }]);
    expect(check({ ...good, from: '+15005550006' })).toEqual([
      { field: '', message: 'needs exactly one of: from; service', missing: false },
    ]);
  });

  it('refuse null in an optional field of credentials and settings', () => {
    const strict = compileClass(Values, 'refused');
    const nulls = { ...good, headers: null, login: null, mode: null };
    expect(strict.check(good)).toEqual([]);
    expect(check(nulls)).toEqual([]);
    expect(strict.check(nulls).map(({ field }) => field)).toEqual(['login', 'headers', 'mode']);
    expect(strict.check({ ...good, mode: null })).toEqual([
      {
        field: 'mode',
        message: 'is null: give it a value, or remove the key if the field is optional',
        missing: false,
      },
    ]);
  });

  it('never contain a given value', () => {
    const told = JSON.stringify(
      check({ to: 'hunter2', login: { password: 'hunter2' }, mode: 'hunter2', headers: { a: ['hunter2'] } }),
    );
    expect(told).not.toContain('hunter2');
  });

  it('are bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, 1]));
    expect(check({ ...good, ...many })).toHaveLength(20);
  });

  it('describe the required message', () => {
    expect(check('text')).toEqual([{ field: '', message: 'must be an object', missing: false }]);
    expect(check([])).toEqual([{ field: '', message: 'must be an object', missing: false }]);
  });
});
