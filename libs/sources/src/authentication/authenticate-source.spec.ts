import { describe, expect, it } from '@jest/globals';
import type { SourceAuth } from '@patchbay/core';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { authenticateSource } from './authenticate-source.js';

const now = Date.UTC(2025, 5, 18, 5, 28, 55);
const rawBody = Buffer.from('{"eventName":"pointsIssued","note":"é"}');
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const oldSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

function accepts(auth: SourceAuth, headers: Record<string, string>, body: Uint8Array = rawBody): boolean {
  return authenticateSource(auth, { headers, rawBody: body }, now);
}

function signed(by: string, at = now): Record<string, string> {
  const signature = new Webhook(by).sign('msg-1', new Date(at), rawBody.toString());
  return { 'webhook-id': 'msg-1', 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': signature };
}

describe('static headers', () => {
  const auth = { headers: { 'x-token': ['new', 'old'], 'x-key': ['k'] } };

  it('accepts any listed value if every header has one', () => {
    expect(accepts(auth, { 'x-token': 'new', 'x-key': 'k' })).toBe(true);
    expect(accepts(auth, { 'x-token': 'old', 'x-key': 'k' })).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['a header is missing', { 'x-token': 'new' }],
    ['a header is wrong', { 'x-token': 'new', 'x-key': 'K' }],
    ['a header occurs twice', { 'x-token': 'new, new', 'x-key': 'k' }],
    ['a value is a prefix', { 'x-token': 'ne', 'x-key': 'k' }],
    ['a value is empty', { 'x-token': '', 'x-key': 'k' }],
  ])('refuses the request if %s', (_, headers) => {
    expect(accepts(auth, headers)).toBe(false);
  });

  it('never accepts an empty value, an empty list, or a name from the prototype', () => {
    expect(accepts({ headers: { 'x-token': [''] } }, { 'x-token': '' })).toBe(false);
    expect(accepts({ headers: { 'x-token': [''] } }, {})).toBe(false);
    expect(accepts({ headers: { 'x-token': [] } }, { 'x-token': 'x' })).toBe(false);
    expect(accepts({ headers: { constructor: ['function Object() { [native code] }'] } }, {})).toBe(false);
  });
});

describe('basic and bearer', () => {
  const basic = {
    basic: [
      { username: 'u', password: 'p:é' },
      { username: 'u2', password: 'p2' },
    ],
  };
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  it('accepts valid credentials', () => {
    expect(accepts(basic, { authorization: `Basic ${encoded('u:p:é')}` })).toBe(true);
    expect(accepts(basic, { authorization: `basic ${encoded('u2:p2')}` })).toBe(true);
    expect(accepts({ bearer: ['a', 'b'] }, { authorization: 'Bearer b' })).toBe(true);
  });

  it.each([
    ['Basic', `Basic ${encoded('u:p2')}`],
    ['Basic', 'Basic'],
    ['Basic', `Bearer ${encoded('u:p:é')}`],
    ['Basic', `Basic ${encoded('u:p:é')} x`],
  ])('%s: refuses %j', (_, authorization) => {
    expect(accepts(basic, { authorization })).toBe(false);
  });

  it.each([['Bearer'], ['Bearer '], ['Bearer c'], ['b'], ['Basic b'], ['Bearer a, Bearer a'], ['']])(
    'bearer: refuses %j',
    (authorization) => {
      expect(accepts({ bearer: ['a', 'b', ''] }, { authorization })).toBe(false);
    },
  );

  it('never accepts an empty password', () => {
    expect(accepts({ basic: [{ username: '', password: '' }] }, { authorization: `Basic ${encoded(':')}` })).toBe(
      false,
    );
  });
});

describe('Standard Webhooks', () => {
  const auth = { standardWebhooks: [secret, oldSecret] };

  it('accepts signatures of the reference library, with either secret and with several signatures', () => {
    expect(accepts(auth, signed(secret))).toBe(true);
    expect(accepts(auth, signed(oldSecret))).toBe(true);
    const headers = signed(secret);
    const signatures = `v1,AAAA v1a,BBBB ${headers['webhook-signature']}`;
    expect(accepts(auth, { ...headers, 'webhook-signature': signatures })).toBe(true);
    expect(accepts({ standardWebhooks: [secret.slice('whsec_'.length)] }, headers)).toBe(true);
  });

  it('allows timestamps up to five minutes in the past or future', () => {
    for (const offset of [-300_000, 300_000]) expect(accepts(auth, signed(secret, now + offset))).toBe(true);
    for (const offset of [-301_000, 301_000]) expect(accepts(auth, signed(secret, now + offset))).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['another secret', signed(`whsec_${Buffer.alloc(32, 1).toString('base64')}`)],
    ['another id', { ...signed(secret), 'webhook-id': 'msg-2' }],
    ['another timestamp', { ...signed(secret), 'webhook-timestamp': String(now / 1000 + 1) }],
    ['an odd timestamp', { ...signed(secret), 'webhook-timestamp': `${now / 1000}.0` }],
    ['no signature', { ...signed(secret), 'webhook-signature': '' }],
    [
      'another version',
      { ...signed(secret), 'webhook-signature': signed(secret)['webhook-signature']?.replace('v1', 'v2') ?? '' },
    ],
    ['no headers', {}],
  ])('refuses %s', (_, headers) => {
    expect(accepts(auth, headers)).toBe(false);
  });

  it('refuses another body, and an empty secret', () => {
    expect(accepts(auth, signed(secret), Buffer.from('{}'))).toBe(false);
    expect(accepts({ standardWebhooks: ['whsec_', ''] }, signed(secret))).toBe(false);
  });

  it('finds a valid signature only among the first twenty', () => {
    const headers = signed(secret);
    const many = `${'v1,AAAA '.repeat(20)}${headers['webhook-signature']}`;
    expect(accepts(auth, { ...headers, 'webhook-signature': many })).toBe(false);
  });
});

describe('several methods', () => {
  const auth = { headers: { 'x-token': ['t'] }, standardWebhooks: [secret] };

  it('must all succeed', () => {
    expect(accepts(auth, { ...signed(secret), 'x-token': 't' })).toBe(true);
    expect(accepts(auth, signed(secret))).toBe(false);
    expect(accepts(auth, { 'x-token': 't' })).toBe(false);
  });

  it('refuses a source without methods or with an empty list', () => {
    expect(accepts({}, { authorization: 'Bearer x' })).toBe(false);
    expect(accepts({ headers: {} }, {})).toBe(false);
    expect(accepts({ headers: {}, bearer: ['a'] }, { authorization: 'Bearer a' })).toBe(false);
    expect(accepts({ basic: [], bearer: [], standardWebhooks: [] }, {})).toBe(false);
  });

  it('never throws, and never accepts random requests', () => {
    const auths: SourceAuth[] = [auth, { bearer: ['a'] }, { basic: [{ username: 'u', password: 'p' }] }];
    const names = fc.constantFrom(
      'authorization',
      'x-token',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      '__proto__',
    );
    const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('a'));
    fc.assert(
      fc.property(fc.constantFrom(...auths), fc.dictionary(names, text), (chosen, headers) => {
        expect(accepts(chosen, headers)).toBe(false);
      }),
    );
  });
});
