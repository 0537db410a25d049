import { describe, expect, it } from '@jest/globals';
import { shownStep, stepDestinations, stepMapping } from './steps';

const draft = {
  destination: 'sms',
  mapping: { body: 'sms' },
  messaging: { fallback: [{ destination: 'mail', mapping: { html: 'mail' } }, { destination: 'push' }] },
};

describe('steps of a draft', () => {
  it('are the destination and the destinations of the fallback, each with its own mapping', () => {
    expect(stepDestinations(draft)).toEqual(['sms', 'mail', 'push']);
    expect([0, 1, 2].map((step) => stepMapping(draft, step))).toEqual([{ body: 'sms' }, { html: 'mail' }, null]);
    expect(stepDestinations({ destination: 'sms', messaging: {} })).toEqual(['sms']);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 0],
    [-1, 0],
    [1.5, 0],
    [Number.NaN, 0],
  ])('show step %s as %s', (wanted, shown) => {
    expect(shownStep(draft, wanted)).toBe(shown);
  });
});
