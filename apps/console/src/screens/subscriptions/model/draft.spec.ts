import { describe, expect, it } from '@jest/globals';
import { bodyOf, changeOf, EMPTY_DRAFT, type Draft } from './draft';

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

describe('bodyOf', () => {
  it('leaves out fields with default values', () => {
    const { name, source, events, destination } = draft;
    expect(bodyOf({ ...draft, when: {}, messaging: {} })).toEqual({ name, source, events, destination });
  });
});
