import { describe, expect, it } from '@jest/globals';
import type { SchemaField } from '../../ui/schema-field';
import { withoutSecrets } from './destination-form';

function field(name: string, also: Partial<SchemaField> = {}): SchemaField {
  const kind = {
    type: 'string',
    items: null,
    required: false,
    secret: false,
    multiline: false,
    fileOnly: false,
    fromVendor: false,
  };
  return { name, label: name, help: null, ...kind, choices: null, format: null, fields: [], ...also };
}

describe('withoutSecrets', () => {
  it('leaves out secrets at any depth', () => {
    const login = [field('user'), field('password', { secret: true })];
    const fields = [
      field('url'),
      field('token', { secret: true }),
      field('login', { type: 'group', fields: login }),
      field('logins', { type: 'list', items: 'group', fields: login }),
    ];
    const entry = { user: 'a', password: 'hidden' };
    expect(withoutSecrets(fields, { url: 'u', token: 'hidden', login: entry, logins: [entry] })).toEqual({
      url: 'u',
      login: { user: 'a' },
      logins: [{ user: 'a' }],
    });
  });

  it('leaves out what the schema does not name', () => {
    expect(withoutSecrets([field('url')], { url: 'u', other: 'x' })).toEqual({ url: 'u' });
  });
});
