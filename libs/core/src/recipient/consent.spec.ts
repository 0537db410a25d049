import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import { consentFor, consentReads } from './consent.js';

const rules = { sms: '{{ recipient.smsOptIn }}', email: '{{ enriched.customer.subscriptions.email.BULK }}' };

function asked(channel: string, smsOptIn: Json): string {
  return consentFor(channel, rules, { event: {}, data: {}, enriched: {}, recipient: { smsOptIn }, brand: {} }).kind;
}

describe('consent', () => {
  it.each<[Json]>([[true], ['true'], ['Yes'], [' y '], [1], ['1'], ['OPTIN'], ['opt-in'], ['subscribed']])(
    '%j is a yes',
    (answer) => expect(asked('sms', answer)).toBe('given'),
  );

  it.each<[Json]>([
    [false],
    ['false'],
    ['no'],
    [0],
    [''],
    [null],
    ['OPTOUT'],
    [{ a: 1 }],
    [['yes']],
    ['yes please'],
    [2],
  ])('%j is none', (answer) => expect(asked('sms', answer)).toBe('missing'));

  it('is missing where nothing is said, and not needed where there is no rule', () => {
    expect(asked('email', true)).toBe('missing');
    expect(asked('push', false)).toBe('given');
    expect(consentFor('sms', undefined, { event: {}, data: {}, enriched: {}, recipient: {}, brand: {} }).kind).toBe(
      'given',
    );
  });

  it('that cannot be worked out is told without a value', () => {
    const broken = { sms: '{{ recipient.phone | e164 }}' };
    const scope = { event: {}, data: {}, enriched: {}, recipient: { phone: 'marked' }, brand: {} };
    const consent = consentFor('sms', broken, scope);
    expect(consent).toMatchObject({
      kind: 'mapping',
      message: expect.stringMatching(/^recipients\.consent: (?!.*marked)/),
    });
  });

  it('says what it reads', () => {
    expect(consentReads('sms', rules)).toEqual(['recipient.smsOptIn']);
    expect(consentReads('push', rules)).toEqual([]);
  });
});
