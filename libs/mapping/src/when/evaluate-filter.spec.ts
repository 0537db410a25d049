import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import type { FilterScope } from '../scope.js';
import { compileFilter } from './compile-filter.js';
import { EventBudget, type FilterVerdict } from './evaluate-filter.js';

/** Event with a long list whose items have no field `wanted`. */
function eventWith(items: number): FilterScope {
  const list = Array.from({ length: items }, () => ({ a: [0] }));
  return { event: { type: 'pointsIssued' }, data: { items: list, note: 'x'.repeat(640) }, brand: {} };
}

/** Filter that scans the whole list once per condition. */
function costly(conditions: number): JsonObject {
  return { $or: Array.from({ length: conditions }, (_, index) => ({ 'data.items.wanted': index })) };
}

const cheap: JsonObject = { 'event.type': 'pointsIssued' };

function kindOf(when: JsonObject, event: FilterScope, budget = new EventBudget()): FilterVerdict['kind'] {
  return compileFilter(when).evaluate(event, budget).kind;
}

describe('the budget of one filter', () => {
  it('ends a filter that scans a long list many times', () => {
    expect(kindOf(costly(1), eventWith(50_000))).toBe('notMatched');
    expect(kindOf(costly(100), eventWith(50_000))).toBe('budgetExceeded');
  });

  it.each<readonly [string, JsonObject]>([
    ['a negation', { $not: costly(100) }],
    ['a later branch that would match', { $or: [costly(99), cheap] }],
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

  it('does not end a filter of many conditions on an ordinary event', () => {
    const event = { ...eventWith(0), data: { customer: { tier: 'gold' }, lineItems: [{ sku: 'a' }, { sku: 'b' }] } };
    const when = { $or: Array.from({ length: 50 }, (_, at) => ({ 'data.customer.tier': `${at}`, 'data.x': 1 })) };
    expect(kindOf(when, event)).toBe('notMatched');
  });
});

describe('the budget of one event', () => {
  it('limits all filters together, and always serves a cheap filter', () => {
    const budget = new EventBudget();
    const event = eventWith(50_000);
    const kinds = Array.from({ length: 1_000 }, () => kindOf(costly(100), event, budget));
    expect(new Set(kinds)).toEqual(new Set(['budgetExceeded']));
    // The shared pool is empty, so a filter that needs steps of the pool exceeds its budget.
    expect(kindOf(costly(1), event, budget)).toBe('budgetExceeded');
    // Every filter keeps its reserved steps, even if the shared pool is empty.
    expect(kindOf(cheap, event, budget)).toBe('matched');
  });

  it('allows no more steps than the pool and the reserved steps of all filters', () => {
    const budget = new EventBudget();
    let taken = 0;
    for (let filter = 0; filter < 1_000; filter++) {
      budget.begin();
      try {
        for (;;) budget.spend(7);
      } catch {
        // The loop takes steps until the budget is exceeded, so each evaluation ends with this error.
      }
      taken += budget.end();
    }
    expect(taken).toBe(FILTER_LIMITS.poolSteps + 1_000 * FILTER_LIMITS.ownSteps);
  });

  it('results in the same verdicts each time', () => {
    const event = eventWith(20_000);
    const verdicts = (): string[] => {
      const budget = new EventBudget();
      return [3, 1, 100, 2, 1, 4, 1].map((conditions) => kindOf(costly(conditions), event, budget));
    };
    expect(verdicts()).toEqual(verdicts());
    expect(new Set(verdicts())).toEqual(new Set(['notMatched', 'budgetExceeded']));
  });
});
