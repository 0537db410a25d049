import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import type { FilterScope } from '../scope.js';
import { compileFilter, type FilterVerdict } from './compile-filter.js';
import { EventBudget } from './event-budget.js';

/** An event with a long list; nothing in it is called `wanted`. */
function eventWith(items: number): FilterScope {
  const list = Array.from({ length: items }, () => ({ a: [0] }));
  return { event: { type: 'pointsIssued' }, data: { items: list, note: 'x'.repeat(640) }, brand: {} };
}

/** A filter that goes through the whole list once for each condition. */
function costly(conditions: number): JsonObject {
  return { $or: Array.from({ length: conditions }, (_, index) => ({ 'data.items.wanted': index })) };
}

const cheap: JsonObject = { 'event.type': 'pointsIssued' };

function kindOf(when: JsonObject, event: FilterScope, budget = new EventBudget()): FilterVerdict['kind'] {
  return compileFilter(when).evaluate(event, budget).kind;
}

describe('the budget of one filter', () => {
  it('ends a filter whose conditions go through a long list again and again', () => {
    expect(kindOf(costly(1), eventWith(50_000))).toBe('notMatched');
    expect(kindOf(costly(100), eventWith(50_000))).toBe('budgetExceeded');
  });

  it.each<readonly [string, JsonObject]>([
    ['a negation', { $not: costly(100) }],
    ['a branch that would hold later', { $or: [costly(99), cheap] }],
    ['lists inside lists', { 'data.items.a.b': { $in: [1] }, ...costly(60) }],
  ])('is not escaped by %s', (_what, when) => {
    expect(kindOf(when, eventWith(50_000))).toBe('budgetExceeded');
  });

  it('counts the characters of a compared text', () => {
    const contains = (conditions: number): JsonObject => ({
      $or: Array.from({ length: conditions }, (_, index) => ({ 'data.note': { $contains: `${index}` } })),
    });
    const event = eventWith(0);
    expect(kindOf(contains(100), { ...event, data: { note: 'x'.repeat(10_000) } })).toBe('notMatched');
    expect(kindOf(contains(100), { ...event, data: { note: 'x'.repeat(100_000) } })).toBe('budgetExceeded');
  });

  it('leaves a filter of many conditions on an ordinary event alone', () => {
    const event = { ...eventWith(0), data: { customer: { tier: 'gold' }, lineItems: [{ sku: 'a' }, { sku: 'b' }] } };
    const when = { $or: Array.from({ length: 50 }, (_, at) => ({ 'data.customer.tier': `${at}`, 'data.x': 1 })) };
    expect(kindOf(when, event)).toBe('notMatched');
  });
});

describe('the budget of one event', () => {
  it('bounds all filters together, and serves a cheap one whatever the others took', () => {
    const budget = new EventBudget();
    const event = eventWith(50_000);
    const kinds = Array.from({ length: 1_000 }, () => kindOf(costly(100), event, budget));
    expect(new Set(kinds)).toEqual(new Set(['budgetExceeded']));
    // Nothing of the pool is left for a filter that needs some of it …
    expect(kindOf(costly(1), event, budget)).toBe('budgetExceeded');
    // … and a filter's own share is its own.
    expect(kindOf(cheap, event, budget)).toBe('matched');
  });

  it('takes no more steps than the pool and the shares of all filters', () => {
    const budget = new EventBudget();
    let taken = 0;
    for (let filter = 0; filter < 1_000; filter++) {
      try {
        budget.run((steps) => {
          try {
            for (;;) steps.spend(7);
          } finally {
            taken += steps.taken;
          }
        });
      } catch {
        // Every one of them is ended.
      }
    }
    expect(taken).toBe(FILTER_LIMITS.poolSteps + 1_000 * FILTER_LIMITS.ownSteps);
  });

  it('gives the same verdicts each time', () => {
    const event = eventWith(20_000);
    const verdicts = (): string[] => {
      const budget = new EventBudget();
      return [3, 1, 100, 2, 1, 4, 1].map((conditions) => kindOf(costly(conditions), event, budget));
    };
    expect(verdicts()).toEqual(verdicts());
    expect(new Set(verdicts())).toEqual(new Set(['notMatched', 'budgetExceeded']));
  });
});
