import { FILTER_LIMITS } from '../limits.js';

/** Thrown by {@link FilterSteps.spend}, and caught by the filter that it ends. */
export class FilterBudgetExceeded extends Error {
  override readonly name = 'FilterBudgetExceeded';
}

// One for all: a stack per exceeded filter would cost more than the filter.
const EXCEEDED = new FilterBudgetExceeded('filter budget exceeded');

/** The steps of one evaluation of one filter. */
export class FilterSteps {
  private left: number;

  constructor(readonly limit: number) {
    this.left = limit;
  }

  /** Steps taken so far, at most the limit. */
  get taken(): number {
    return this.limit - Math.max(0, this.left);
  }

  /** Throws {@link FilterBudgetExceeded} if this takes more steps than are left. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw EXCEEDED;
  }
}

/**
 * The work that all filters may do for one event, counted in steps so that every machine comes to the same verdict. Each
 * filter has a small share of its own, so that no other filter can use it up; beyond it filters draw on a common pool, in
 * the order in which they are evaluated. Make a new budget for each event.
 */
export class EventBudget {
  private pool: number = FILTER_LIMITS.poolSteps;

  /** Runs one evaluation within this budget. Steps beyond the filter's own share come from the pool. */
  run<T>(evaluate: (steps: FilterSteps) => T): T {
    const steps = new FilterSteps(Math.min(FILTER_LIMITS.steps, FILTER_LIMITS.ownSteps + this.pool));
    try {
      return evaluate(steps);
    } finally {
      this.pool -= Math.max(0, steps.taken - FILTER_LIMITS.ownSteps);
    }
  }
}
