import { describe, expect, it } from '@jest/globals';
import { partOf, partsOf } from './parts';

const messaging = { fallback: [{ destination: 'mail', mapping: { html: 'mail' } }, { destination: 'push' }] };
const plain = { destination: 'sms', mapping: { body: 'sms' }, route: null, messaging };
const routed = {
  ...{ destination: '', mapping: null },
  route: [
    { when: { 'recipient.locale': 'ar' }, destination: 'push', mapping: { title: 'push' } },
    { when: null, destination: 'sms', mapping: null },
  ],
  messaging: { fallback: [{ destination: 'mail' }] },
};

describe('the messages of a draft', () => {
  it('are its own, and those of the fallback steps', () => {
    expect(partsOf(plain)).toEqual([
      { key: '', entry: 0, step: 0, destination: 'sms', mapping: { body: 'sms' } },
      { key: 'step-1', entry: 0, step: 1, destination: 'mail', mapping: { html: 'mail' } },
      { key: 'step-2', entry: 0, step: 2, destination: 'push', mapping: null },
    ]);
  });

  it('are those of the entries, if it has a route', () => {
    expect(partsOf(routed)).toEqual([
      { key: '', entry: 0, step: 0, destination: '', mapping: null },
      { key: 'entry-1', entry: 1, step: 0, destination: 'push', mapping: { title: 'push' } },
      { key: 'entry-2', entry: 2, step: 0, destination: 'sms', mapping: null },
      { key: 'step-1', entry: 0, step: 1, destination: 'mail', mapping: null },
    ]);
  });

  it.each([
    ['step-1', 'step-1'],
    ['entry-1', ''],
    ['step-3', ''],
    ['other', ''],
  ])('show %j as %j', (wanted, shown) => {
    expect(partOf(partsOf(plain), wanted).key).toBe(shown);
  });
});
