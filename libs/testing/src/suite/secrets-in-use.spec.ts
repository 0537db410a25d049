import { describe, expect, it } from '@jest/globals';
import { basicAuth, Field } from '@patchbay/plugin-sdk';
import { unmarkedSecrets, type SecretCarrier } from './secrets-in-use.js';

class Login {
  @Field({ label: 'Account' })
  account: string;

  @Field({ label: 'Access code' })
  accessCode: string;
}

const values = { account: 'AC0001', accessCode: 'code-0001' };

function sent({
  headers = {},
  query = '',
  text = '',
}: {
  headers?: Record<string, string>;
  query?: string;
  text?: string;
}) {
  const carrier: SecretCarrier = { headers, query: new URLSearchParams(query), text };
  return unmarkedSecrets('credentials', Login, values, [carrier]);
}

describe('unmarkedSecrets', () => {
  it.each([
    ['a bearer token', { headers: { authorization: 'Bearer code-0001' } }],
    ['a token of another scheme', { headers: { authorization: 'App code-0001' } }],
    ['a key in a header', { headers: { 'x-api-key': 'code-0001' } }],
    ['the password of HTTP Basic', { headers: { authorization: basicAuth('AC0001', 'code-0001') } }],
    ['the username of HTTP Basic without a password', { headers: { authorization: basicAuth('code-0001', '') } }],
    ['a parameter', { query: 'api_key=code-0001' }],
    ['a field of a form', { text: 'grant_type=x&client_secret=code-0001' }],
    ['a property of JSON', { text: '{"password":"code-0001"}' }],
  ])('recognises %s', (_what, request) => {
    expect(sent(request)).toEqual([expect.stringMatching(/^credentials\.accessCode: the sandbox received it as /)]);
  });

  it.each([
    ['the username beside a password', { headers: { authorization: basicAuth('AC0001', 'another') } }],
    ['a part of a path', { headers: { referer: '/accounts/code-0001' } }],
    ['a field with another name', { text: '{"account":"code-0001"}' }],
  ])('ignores %s', (_what, request) => {
    expect(sent(request)).toEqual([]);
  });

  it('recognises a secret by its name', () => {
    class Named {
      @Field({ label: 'Key' })
      apiKey: string;
    }
    expect(unmarkedSecrets('credentials', Named, {}, [])).toEqual([
      'credentials.apiKey: its name says that it is a secret',
    ]);
  });
});
