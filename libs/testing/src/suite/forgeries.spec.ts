import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { basicAuth } from '@patchbay/plugin-sdk';
import type { CallbackCall } from '../sandbox/sandbox-definition.js';
import { forgedBasic, forgedProofs, type Forgery } from './forgeries.js';

const URL_OF_HUB = 'https://hub.example.com/v1/callbacks/d/t';

function call(headers: Record<string, string>, body = '{"status":"SENT"}', url = URL_OF_HUB): CallbackCall {
  return { method: 'POST', url, headers, body };
}

/** Returns the forgeries that a check accepts. */
function acceptedBy(check: (call: CallbackCall) => boolean, forgeries: readonly Forgery[]): readonly string[] {
  return forgeries.filter((forgery) => check(forgery.call)).map(({ what }) => what);
}

describe('forged calls with HTTP Basic', () => {
  const genuine = call({ authorization: basicAuth('vendor', 'secret:word') });
  const forgeries = forgedBasic(genuine);
  const login = ({ headers }: CallbackCall) => {
    const pair = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const [username = '', ...password] = pair.split(':');
    return { username, password: password.join(':') };
  };

  it('are all refused by a check of the whole header', () => {
    const check = ({ headers }: CallbackCall) => headers.authorization === genuine.headers.authorization;
    expect(check(genuine)).toBe(true);
    expect(acceptedBy(check, forgeries)).toEqual([]);
  });

  it.each([
    ['only the username', (one: CallbackCall) => login(one).username === 'vendor', 'another password'],
    ['only the password', (one: CallbackCall) => login(one).password === 'secret:word', 'another username'],
    ['the beginning', (one: CallbackCall) => 'secret:word'.startsWith(login(one).password), 'an empty password'],
    ['that there is a header', ({ headers }: CallbackCall) => 'authorization' in headers, 'Bearer instead of Basic'],
    ['nothing', () => true, 'no Authorization header'],
  ])('are found by a check of %s', (_what, check, found) => {
    expect(acceptedBy(check, forgeries)).toContain(found);
  });
});

describe('forged proofs', () => {
  it.each([
    ['a header', call({ 'x-token': 'token-0001' }), call({ 'x-token': 'other-0002' }), 'without the header x-token'],
    [
      'a parameter',
      call({}, '{}', `${URL_OF_HUB}?key=token-0001`),
      call({}, '{}', `${URL_OF_HUB}?key=other-0002`),
      'without the parameter key',
    ],
    [
      'a field of a form',
      call({ 'content-type': 'application/x-www-form-urlencoded' }, 'key=token-0001&status=SENT'),
      call({ 'content-type': 'application/x-www-form-urlencoded' }, 'key=other-0002&status=SENT'),
      'without the field key',
    ],
    ['the body', call({}, '{"key":"token-0001"}'), call({}, '{"key":"other-0002"}'), 'the body with other credentials'],
  ])('are made from a token in %s', (_place, genuine, other, expected) => {
    const forgeries = forgedProofs(genuine, other);
    expect(forgeries.map(({ what }) => what)).toContain(expected);
    const sent = ({ headers, url, body }: CallbackCall) => [headers, url, body];
    for (const forgery of forgeries) expect(sent(forgery.call)).not.toEqual(sent(genuine));
  });

  it('are refused by a check of the whole signature, and found by a check of its beginning', () => {
    const signed = (key: string) => {
      const body = '{"status":"SENT"}';
      return call({ 'x-signature': createHmac('sha256', key).update(body).digest('base64') }, body);
    };
    const genuine = signed('key-0001');
    const forgeries = forgedProofs(genuine, signed('key-0002'));
    const expected = genuine.headers['x-signature'] ?? '';
    expect(acceptedBy(({ headers }) => headers['x-signature'] === expected, forgeries)).toEqual([]);
    const beginsRight = ({ headers }: CallbackCall) => expected.startsWith(headers['x-signature'] ?? '');
    expect(acceptedBy(beginsRight, forgeries)).toEqual([
      'without the header x-signature',
      'the header x-signature is empty',
      'the header x-signature is shortened',
    ]);
  });

  it('do not exist if the proof does not depend on the credentials', () => {
    expect(forgedProofs(call({ 'x-token': 'same' }), call({ 'x-token': 'same' }))).toEqual([]);
  });
});
