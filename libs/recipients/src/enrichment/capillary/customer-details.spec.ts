import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { readCustomer } from './customer-details.js';

function read(...subscriptions: readonly JsonObject[]): { readonly states: unknown; readonly consent: unknown } {
  const body = { id: 1, subscriptionInfo: { subscriptions: [...subscriptions] } };
  const { value, recipient } = readCustomer(body, { source: 'INSTORE' });
  return { states: (value as JsonObject)['subscriptions'], consent: recipient };
}

const bulk = (channel: string, type?: string): JsonObject =>
  type === undefined ? { channel, priority: 'BULK' } : { channel, priority: 'BULK', type };

describe('the subscriptions of a customer', () => {
  it.each([
    ['MOBILE', 'sms', 'smsOptIn'],
    ['SMS', 'sms', 'smsOptIn'],
    ['EMAIL', 'email', 'emailOptIn'],
    ['whatsapp', 'whatsapp', 'whatsappOptIn'],
    ['ios', 'ios', 'pushOptIn'],
    ['android', 'android', 'pushOptIn'],
    ['line', 'line', 'lineOptIn'],
    ['wechat', 'wechat', 'wechatOptIn'],
  ])('of the channel %s are read as %s and %s', (channel, name, field) => {
    expect(read(bulk(channel, 'OPTIN'))).toEqual({ states: { [name]: { BULK: 'OPTIN' } }, consent: { [field]: true } });
    expect(read(bulk(channel, 'OPTOUT')).consent).toEqual({ [field]: false });
    expect(read(bulk(channel, 'PENDING')).consent).toEqual({ [field]: false });
    expect(read(bulk(channel)).consent).toEqual({ [field]: false });
  });

  it.each<[readonly string[], string]>([
    [['OPTIN', 'OPTOUT'], 'OPTOUT'],
    [['OPTOUT', 'OPTIN'], 'OPTOUT'],
    [['PENDING', 'OPTOUT'], 'OPTOUT'],
    [['OPTOUT', 'PENDING'], 'OPTOUT'],
    [['PENDING', 'OPTIN'], 'PENDING'],
    [['OPTIN', 'PENDING'], 'PENDING'],
    [['OPTIN', 'OPTIN'], 'OPTIN'],
  ])('%j of one channel are %s', (types, state) => {
    expect(read(...types.map((type) => bulk('MOBILE', type))).states).toEqual({ sms: { BULK: state } });
  });

  it('allow push messages only if no kind of device has opted out', () => {
    expect(read(bulk('ios', 'OPTIN'), bulk('android', 'OPTOUT')).consent).toEqual({ pushOptIn: false });
    expect(read(bulk('ios', 'OPTIN'), bulk('android', 'OPTIN')).consent).toEqual({ pushOptIn: true });
  });

  it('keep the priorities apart, and leave out unknown channels', () => {
    const trans = { channel: 'MOBILE', priority: 'TRANS', type: 'OPTIN' };
    expect(read(trans, bulk('MOBILE', 'OPTOUT'), bulk('pigeon', 'OPTIN'))).toEqual({
      states: { sms: { TRANS: 'OPTIN', BULK: 'OPTOUT' } },
      consent: { smsOptIn: false },
    });
    expect(read(trans).consent).toEqual({});
  });
});
