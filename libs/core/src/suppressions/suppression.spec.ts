import { describe, expect, it } from '@jest/globals';
import { addressesIn, addressHash, normalisedAddress, stoppingRule, vendorScope } from './suppression.js';
import type { SuppressibleMessage, SuppressionRule } from './suppression.js';

const vault = { keyedHash: (purpose: string, value: string) => `${purpose}|${value}` };
const promotional: SuppressibleMessage = { channel: 'sms', purpose: 'promotional', sender: 'sms-in' };
const everything: SuppressionRule = { reason: 'opt_out', channel: null, purpose: null, sender: null };

describe('normalisedAddress', () => {
  it.each([
    ['phone', ' +91 90000-00001 ', '+919000000001'],
    ['phone', '00919000000001', '+919000000001'],
    ['phone', '919000000001', '+919000000001'],
    ['phone', 'whatsapp:+919000000001', '+919000000001'],
    ['email', ' Asha@Example.com', 'asha@example.com'],
    ['pushToken', ' Abc:DEF ', 'Abc:DEF'],
  ] as const)('of the %s %s is %s', (kind, value, expected) => {
    expect(normalisedAddress({ kind, value })).toBe(expected);
  });
});

describe('addressHash', () => {
  it('is equal for all spellings of an address, and differs by kind', () => {
    const phone = addressHash(vault, { kind: 'phone', value: '+91 90000 00001' });
    expect(addressHash(vault, { kind: 'phone', value: '00919000000001' })).toBe(phone);
    expect(addressHash(vault, { kind: 'pushToken', value: '+919000000001' })).not.toBe(phone);
  });
});

describe('stoppingRule', () => {
  it.each<[string, Partial<SuppressionRule>, Partial<SuppressibleMessage>, boolean]>([
    ['all messages', {}, {}, true],
    ['the channel of the message', { channel: 'sms' }, {}, true],
    ['another channel', { channel: 'email' }, {}, false],
    ['promotional messages', { purpose: 'promotional' }, {}, true],
    [
      'promotional messages, but the message is transactional',
      { purpose: 'promotional' },
      { purpose: 'transactional' },
      false,
    ],
    ['the sender of the message', { sender: 'sms-in' }, {}, true],
    ['another sender', { sender: 'sms-us' }, {}, false],
  ])('applies a suppression of %s', (_name, rule, message, stops) => {
    const rules = [{ ...everything, ...rule }];
    expect(stoppingRule(rules, { ...promotional, ...message })).toBe(stops ? rules[0] : undefined);
  });
});

describe('stoppingRule with several reasons', () => {
  it('prefers the refusal of the customer to an invalid address, in each order', () => {
    const rules = [{ ...everything, reason: 'invalid' as const }, everything];
    for (const one of [rules, rules.toReversed()]) expect(stoppingRule(one, promotional)?.reason).toBe('opt_out');
  });
});

describe('vendorScope', () => {
  it('stops every message to an address that receives nothing', () => {
    for (const reason of ['hard_bounce', 'invalid'] as const) {
      expect(vendorScope(reason, 'email')).toEqual({ channel: null, purpose: null, sender: null });
    }
  });

  it('stops promotional e-mail after a refusal, and every message of another channel', () => {
    expect(vendorScope('opt_out', 'email')).toEqual({ channel: 'email', purpose: 'promotional', sender: null });
    expect(vendorScope('complaint', 'email')).toMatchObject({ channel: 'email', purpose: 'promotional' });
    expect(vendorScope('opt_out', 'sms')).toEqual({ channel: 'sms', purpose: null, sender: null });
  });
});

describe('addressesIn', () => {
  const paths = [
    { path: 'to', kind: 'email' },
    { path: 'cc.*.address', kind: 'email' },
    { path: 'tokens', kind: 'pushToken' },
  ] as const;

  it('finds each address once, also in lists', () => {
    const message = {
      to: 'a@example.com',
      cc: [{ address: 'b@example.com' }, { address: 'a@example.com' }, { name: 'x' }, null],
      tokens: ['t1', 't2', 3],
    };
    expect(addressesIn(message, paths)).toEqual([
      { kind: 'email', value: 'a@example.com' },
      { kind: 'email', value: 'b@example.com' },
      { kind: 'pushToken', value: 't1' },
      { kind: 'pushToken', value: 't2' },
    ]);
  });

  it.each([{}, { to: '  ' }, { to: null }, { to: { value: 'a@example.com' } }, { cc: 'a@example.com' }])(
    'finds none in %j',
    (message) => expect(addressesIn(message, paths)).toEqual([]),
  );
});
