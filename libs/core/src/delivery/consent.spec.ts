import { describe, expect, it } from '@jest/globals';
import type { Json, MessagingChannel } from '@patchbay/plugin-sdk';
import { sourceRecord } from '../testing/configuration-builder.js';
import { consentFor, consentReads, consentRulesFor } from './consent.js';

const rules = { sms: '{{ recipient.smsOptIn }}', email: '{{ enriched.customer.subscriptions.email.BULK }}' };

function consentOf(channel: MessagingChannel | null, smsOptIn: Json): string {
  return consentFor(channel, rules, { event: {}, data: {}, enriched: {}, recipient: { smsOptIn }, brand: {} }).kind;
}

describe('consentRulesFor', () => {
  const lookups = { consent: { sms: 'promotional' }, transactionalConsent: { sms: 'transactional' } };
  const source = { record: sourceRecord() };
  const hub = { record: { ...sourceRecord(), managedBy: 'hub' as const } };

  it('chooses the rules by the purpose of the message', () => {
    expect(consentRulesFor({ purpose: 'promotional', source }, lookups)).toBe(lookups.consent);
    expect(consentRulesFor({ purpose: 'transactional', source }, lookups)).toBe(lookups.transactionalConsent);
    expect(consentRulesFor({ purpose: 'transactional', source: undefined }, lookups)).toBe(
      lookups.transactionalConsent,
    );
    expect(consentRulesFor({ purpose: 'transactional', source }, { consent: lookups.consent })).toBeUndefined();
  });

  it('has none for operational events, which go to operators', () => {
    expect(consentRulesFor({ purpose: 'transactional', source: hub }, lookups)).toBeUndefined();
  });
});

describe('consent', () => {
  it.each<[Json]>([[true], ['true'], ['Yes'], [' y '], [1], ['1'], ['OPTIN'], ['opt-in'], ['subscribed']])(
    '%j counts as consent',
    (answer) => expect(consentOf('sms', answer)).toBe('given'),
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
  ])('%j does not count as consent', (answer) => expect(consentOf('sms', answer)).toBe('missing'));

  it('is missing if the path has no value, and is not needed if the channel has no rule', () => {
    expect(consentOf('email', true)).toBe('missing');
    expect(consentOf('push', false)).toBe('given');
    expect(consentFor('sms', undefined, { event: {}, data: {}, enriched: {}, recipient: {}, brand: {} }).kind).toBe(
      'given',
    );
  });

  it('reports a failed template without personal values', () => {
    const broken = { sms: '{{ recipient.phone | e164 }}' };
    const scope = { event: {}, data: {}, enriched: {}, recipient: { phone: 'marked' }, brand: {} };
    const consent = consentFor('sms', broken, scope);
    expect(consent).toMatchObject({
      kind: 'mapping',
      message: expect.stringMatching(/^consent rule of sms: (?!.*marked)/),
    });
  });

  it('returns the paths that the rule reads', () => {
    expect(consentReads('sms', rules)).toEqual(['recipient.smsOptIn']);
    expect(consentReads('push', rules)).toEqual([]);
  });
});
