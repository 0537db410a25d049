import { describe, expect, it } from '@jest/globals';
import { Field, fieldsOf, type Json } from '@patchbay/plugin-sdk';
import { fieldKinds } from './edit-rules.service.js';

class Login {
  @Field({ label: 'Token URL', format: 'uri' })
  tokenUrl: string;

  @Field({ label: 'Secret', secret: true })
  secret: string;
}

class Settings {
  @Field({ label: 'Host', format: 'hostname', fileOnly: true })
  host: string;

  @Field({ label: 'Mirrors', items: 'string', format: 'uri', optional: true })
  mirrors?: string[];

  @Field({ label: 'Logins', items: Login, optional: true })
  logins?: Login[];

  @Field({ label: 'Login', type: Login, optional: true })
  login?: Login;

  @Field({ label: 'Headers', type: 'record', secret: true, optional: true })
  headers?: Record<string, string>;

  @Field({ label: 'Body', type: 'json' })
  body: Json;
}

describe('fieldKinds', () => {
  it('finds fields of each kind at any depth', () => {
    expect(fieldKinds({ schema: {}, fields: fieldsOf(Settings) })).toEqual({
      secret: ['logins.*.secret', 'login.secret', 'headers'],
      address: ['host', 'mirrors', 'logins.*.tokenUrl', 'login.tokenUrl'],
      fileOnly: ['host'],
      free: ['body'],
    });
  });
});
