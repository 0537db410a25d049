import { describe, expect, it } from '@jest/globals';
import { IsUrl, Length, Matches, ValidateIf } from 'class-validator';
import {
  AnyOf,
  declarationProblems,
  Field,
  FieldDeclarationError,
  fieldsOf,
  jsonSchemaOf,
  OneOf,
  personalPaths,
  secretPaths,
  toInstance,
  type Json,
} from '../index.js';

class Basic {
  @Field({ label: 'User name' })
  username: string;
  @Field({ label: 'Password', secret: true })
  password: string;
}

@OneOf([['basic'], ['signingSecrets'], []])
class Credentials {
  @Field({ label: 'Signing secrets', secret: true, optional: true, pattern: /^whsec_/, minItems: 1, maxItems: 5 })
  signingSecrets?: string[];
  @Field({ label: 'Basic', optional: true })
  basic?: Basic;
}

class Contact {
  @Field({ label: 'Phone', format: 'e164', personal: true, help: 'With country code.', example: '+15005550006' })
  phone: string;
}

class Message extends Contact {
  @Field({ label: 'Body', multiline: true, maxLength: 1_600, minLength: 1 })
  body: string;
  @Field({ label: 'Headers', type: 'record', optional: true, maxLength: 200, maxItems: 20 })
  headers?: Record<string, string>;
  @Field({ label: 'Extra', type: 'json', optional: true })
  extra?: Json;
  @Field({ label: 'Mode', enum: ['sync', 'async'] })
  mode: 'sync' | 'async' = 'sync';
  @Field({ label: 'Copies', items: Contact, optional: true })
  copies?: Contact[];
  @Field({ label: 'Tries', type: 'integer', minimum: 1, maximum: 9, default: 1 })
  tries: number;
}

describe('@Field', () => {
  it('returns the JSON Schema of a class, of its base class and of nested classes', () => {
    const schema = jsonSchemaOf(Message);
    expect(schema).toMatchObject({ type: 'object', required: ['phone', 'body'], additionalProperties: false });
    expect(schema.properties).toMatchObject({
      phone: {
        type: 'string',
        title: 'Phone',
        description: 'With country code.',
        format: 'e164',
        examples: ['+15005550006'],
        'x-personal': true,
      },
      body: { type: 'string', minLength: 1, maxLength: 1_600, 'x-multiline': true },
      headers: {
        type: ['object', 'null'],
        maxProperties: 20,
        additionalProperties: { type: 'string', maxLength: 200 },
      },
      extra: { title: 'Extra' },
      mode: { type: ['string', 'null'], enum: ['sync', 'async', null], default: 'sync' },
      copies: { type: ['array', 'null'], items: { type: 'object', required: ['phone'], additionalProperties: false } },
      tries: { type: ['integer', 'null'], minimum: 1, maximum: 9, default: 1 },
    });
  });

  it('takes the type from the default or the initial value if the property has no type', () => {
    class Settings {
      @Field({ label: 'Key field', minLength: 1 })
      keyField = 'event_id';
      @Field({ label: 'Tries', maximum: 9 })
      tries = 3;
      @Field({ label: 'Check' })
      check = true;
      @Field({ label: 'Tags', maxItems: 5 })
      tags = ['loyalty'];
      @Field({ label: 'Region', default: 'eu' })
      region: unknown;
    }
    expect(declarationProblems(Settings)).toEqual([]);
    expect(jsonSchemaOf(Settings)).not.toHaveProperty('required');
    expect(jsonSchemaOf(Settings).properties).toMatchObject({
      keyField: { type: ['string', 'null'], minLength: 1, default: 'event_id' },
      tries: { type: ['number', 'null'], maximum: 9, default: 3 },
      check: { type: ['boolean', 'null'], default: true },
      tags: { type: ['array', 'null'], maxItems: 5, items: { type: 'string' }, default: ['loyalty'] },
      region: { type: ['string', 'null'], default: 'eu' },
    });
    expect(toInstance(Settings, { tries: 4 })).toEqual({
      keyField: 'event_id',
      tries: 4,
      check: true,
      tags: ['loyalty'],
      region: 'eu',
    });
  });

  it('describes the alternatives', () => {
    expect(jsonSchemaOf(Credentials).allOf).toEqual([
      {
        oneOf: [
          {
            properties: { basic: { not: { type: 'null' } }, signingSecrets: { type: 'null' } },
            required: ['basic'],
          },
          {
            properties: { basic: { type: 'null' }, signingSecrets: { not: { type: 'null' } } },
            required: ['signingSecrets'],
          },
          { properties: { basic: { type: 'null' }, signingSecrets: { type: 'null' } } },
        ],
        'x-problem': 'needs exactly one of: basic; signingSecrets; none of them',
      },
    ]);
  });

  it('returns the paths of secrets and personal values', () => {
    expect(secretPaths(Credentials)).toEqual(['signingSecrets', 'basic.password']);
    expect(personalPaths(Message)).toEqual(['phone', 'copies.*.phone']);
  });

  it('returns the inputs of a form', () => {
    const fields = fieldsOf(Credentials);
    expect(fields.map((field) => [field.name, field.type, field.items, field.required, field.secret])).toEqual([
      ['signingSecrets', 'list', 'string', false, true],
      ['basic', 'group', null, false, false],
    ]);
    expect(fields[1]?.fields.map((field) => field.label)).toEqual(['User name', 'Password']);
    expect(JSON.parse(JSON.stringify(fieldsOf(Message)))).toEqual(fieldsOf(Message));
  });

  it('creates instances with defaults and nested classes, without nulls', () => {
    const message = toInstance(Message, { phone: '+15005550006', body: 'x', headers: null, copies: [{ phone: '+1' }] });
    expect(message).toBeInstanceOf(Message);
    expect(message).toMatchObject({ mode: 'sync', tries: 1, body: 'x' });
    expect(message.copies?.[0]).toBeInstanceOf(Contact);
    expect(message.headers).toBeUndefined();
    expect(toInstance(Message, { phone: '+15005550006', body: 'x', mode: null, tries: 3 })).toMatchObject({
      mode: 'sync',
      tries: 3,
    });
  });

  it('translates further class-validator rules; the stricter bound wins', () => {
    class Extra {
      @Field({ label: 'Code', maxLength: 40 })
      @Length(2, 8)
      @Matches(/^[a-z]+$/)
      code: string;
    }
    expect(jsonSchemaOf(Extra).properties).toMatchObject({
      code: { type: 'string', minLength: 2, maxLength: 8, pattern: '^[a-z]+$' },
    });
  });

  it('refuses rules without an equivalent in JSON Schema, and undeclared properties', () => {
    class Bad {
      @Field({ label: 'Url' })
      @IsUrl()
      url: string;
      @Field({ label: 'Guess', optional: true })
      @ValidateIf(() => true)
      guess?: string;
      @Field({ label: 'Flags', pattern: /x/i })
      flags: string;
      @Field({ label: 'Free' })
      free: unknown;
      @Field({ label: 'Bare' })
      bare = {};
      forgotten: string;
    }
    const told = declarationProblems(Bad).map(
      (problem) => `${problem.className}.${problem.property}: ${problem.message}`,
    );
    expect(told).toEqual([
      expect.stringContaining('Bad.flags: JSON Schema does not support regular expression flags'),
      expect.stringContaining('Bad.free: its type is not known'),
      expect.stringContaining('Bad.bare: its type is not known'),
      expect.stringContaining('Bad.forgotten: declare it with @Field'),
      expect.stringContaining(
        "Bad.url: @IsUrl has no equivalent in JSON Schema, so the hub cannot enforce it; use @Field({ format: 'uri' })",
      ),
      expect.stringContaining('Bad.guess: @'),
    ]);
    expect(() => jsonSchemaOf(Bad)).toThrow(FieldDeclarationError);
  });

  it('refuses alternatives that name an unknown field or a required field', () => {
    @AnyOf([['html'], ['txt']])
    class Mail {
      @Field({ label: 'HTML' })
      html: string;
    }
    expect(declarationProblems(Mail).map((problem) => problem.message)).toEqual([
      'it is one of several alternatives; mark it optional: true',
      'an alternative names "txt", which is not a field of the class; correct the name',
    ]);
  });

  it('refuses a class whose constructor throws', () => {
    class Thrower {
      @Field({ label: 'A' })
      a: string;
      constructor() {
        throw new Error('no');
      }
    }
    expect(declarationProblems(Thrower).map((problem) => problem.message)).toEqual([
      'its constructor throws; a DTO class may only declare properties',
    ]);
  });
});
