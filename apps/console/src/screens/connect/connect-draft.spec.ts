import { describe, expect, it } from '@jest/globals';
import { emptyDraft, parseDraft, reachedStep, shownStep } from './connect-draft';

const DRAFT = { ...emptyDraft('acme'), source: 'capillary' };

describe('shownStep', () => {
  it('is the step of the URL, but not beyond what was made', () => {
    expect(shownStep('source', DRAFT)).toBe('source');
    expect(shownStep('event', DRAFT)).toBe('destination');
    expect(shownStep('', { ...DRAFT, destination: 'crm', subscription: 'all' })).toBe('event');
    expect(shownStep('nonsense', emptyDraft('acme'))).toBe('source');
    expect(reachedStep({ ...DRAFT, subscription: 'all' })).toBe(1);
  });
});

describe('parseDraft', () => {
  it('reads back what was written', () => {
    const draft = { ...DRAFT, events: ['pointsIssued'], destinationSettings: { url: 'u' } };
    expect(parseDraft(JSON.stringify(draft), 'acme')).toEqual(draft);
  });

  it.each([null, 'no json', '[]', '{"events":7,"sourceForm":"x","source":{}}'])('begins anew with %s', (stored) => {
    expect(parseDraft(stored, 'acme')).toEqual(emptyDraft('acme'));
  });
});
