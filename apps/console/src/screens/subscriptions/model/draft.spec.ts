import { describe, expect, it } from '@jest/globals';
import { bodyOf, changeOf, EMPTY_DRAFT, isComplete, isSavable, type Draft } from './draft';

const draft: Draft = {
  ...EMPTY_DRAFT,
  name: 'points-sms',
  source: 'capillary',
  events: ['pointsIssued'],
  destination: 'sms',
  when: { 'data.points': { $gte: 50 } },
  messaging: { digest: '10m', quietHours: { from: '21:00', to: '09:00' } },
};

describe('changeOf', () => {
  it('is empty if nothing differs', () => {
    expect(changeOf(draft, { ...draft })).toEqual({});
  });

  it('removes messaging rules with null and keeps the others', () => {
    expect(changeOf(draft, { ...draft, messaging: { digest: '10m' } })).toEqual({ messaging: { quietHours: null } });
  });

  it('replaces filter and mapping as a whole', () => {
    const after = { ...draft, when: { 'data.tier': 'gold' }, mapping: { body: 'x' } };
    expect(changeOf(draft, after)).toEqual({ when: { 'data.tier': 'gold' }, mapping: { body: 'x' } });
  });

  it('removes a filter and a rule set that became empty', () => {
    expect(changeOf(draft, { ...draft, when: {}, messaging: {} })).toEqual({ when: null, messaging: null });
  });
});

describe('a draft with a route', () => {
  const entry = { when: { 'recipient.locale': 'ar' }, destination: 'push', mapping: { title: 'x' } };
  const routed: Draft = { ...draft, route: [entry, { when: null, destination: 'sms', mapping: null }] };

  it('replaces destination and mapping, and is replaced by them', () => {
    const plain = { ...draft, mapping: { body: 'y' } };
    const route = [entry, { destination: 'sms' }];
    expect(changeOf(plain, { ...routed, mapping: plain.mapping })).toEqual({ destination: null, mapping: null, route });
    expect(changeOf(routed, plain)).toEqual({ destination: 'sms', mapping: { body: 'y' }, route: null });
  });

  it('is complete with a destination in each entry, and savable with a condition in each but the default', () => {
    const open: Draft = { ...routed, route: [{ ...entry, when: {} }] };
    expect([isComplete(routed), isSavable(routed)]).toEqual([true, true]);
    expect([isComplete(open), isSavable(open)]).toEqual([true, false]);
    expect(isComplete({ ...routed, route: [{ ...entry, destination: '' }] })).toBe(false);
    expect(isComplete({ ...routed, route: [] })).toBe(false);
  });
});

describe('bodyOf', () => {
  it('leaves out fields with default values', () => {
    const { name, source, events, destination } = draft;
    expect(bodyOf({ ...draft, when: {}, messaging: {} })).toEqual({ name, source, events, destination });
  });
});
