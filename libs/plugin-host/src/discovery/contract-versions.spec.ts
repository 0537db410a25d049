import { describe, expect, it } from '@jest/globals';
import { inContract2 } from './contract-versions.js';

describe('a definition of contract 1', () => {
  it.each([
    ['sms', { messaging: 'sms' }],
    ['email', { messaging: 'email' }],
    ['push', { messaging: 'push' }],
    ['webhook', { messaging: null }],
    ['survey', { messaging: null, quotaExcess: 'suppress' }],
  ])('of the category %s keeps its messaging rules', (category, rules) => {
    expect(inContract2({ category, contract: 1 })).toEqual({ category, contract: 2, ...rules });
  });

  it('keeps its members, and the former name of `idempotent`', () => {
    const deliver = (): void => undefined;
    expect(inContract2({ category: 'webhook', contract: 1, deliver, dedupes: true })).toEqual({
      ...{ category: 'webhook', contract: 2, deliver, idempotent: true, messaging: null },
    });
  });
});

describe('any other value', () => {
  it.each([[undefined], [null], ['text'], [{ contract: 2, dedupes: true }], [{ contract: 3 }], [{}]])(
    'stays as it is: %j',
    (value) => expect(inContract2(value)).toBe(value),
  );
});
