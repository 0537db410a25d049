import { FILTER_LIMITS } from '../limits.js';

/** Error of {@link FilterSteps.spend}, which ends the evaluation of a filter. */
export class FilterBudgetExceeded extends Error {
  override readonly name = 'FilterBudgetExceeded';
}

// A shared instance, because creating a stack trace costs more than evaluating a filter.
const EXCEEDED = new FilterBudgetExceeded('filter budget exceeded');

/** Counter of the steps of one filter evaluation. */
export class FilterSteps {
  private left: number;

  constructor(readonly limit: number) {
    this.left = limit;
  }

  /** Number of steps so far, at most the limit. */
  get taken(): number {
    return this.limit - Math.max(0, this.left);
  }

  /** Counts steps. Throws {@link FilterBudgetExceeded} if fewer steps are left. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw EXCEEDED;
  }
}

/**
 * Work budget of all filters for one event. It counts steps instead of time, so that every machine reaches the same verdict.
 * Each filter has reserved steps, which no other filter can use. Further steps come from a shared pool, in the order of
 * evaluation. Create a new budget for each event.
 */
export class EventBudget {
  private pool: number = FILTER_LIMITS.poolSteps;

  /** Runs one evaluation within this budget. Steps beyond the reserved steps come from the pool. */
  run<T>(evaluate: (steps: FilterSteps) => T): T {
    const steps = new FilterSteps(Math.min(FILTER_LIMITS.steps, FILTER_LIMITS.ownSteps + this.pool));
    try {
      return evaluate(steps);
    } finally {
      this.pool -= Math.max(0, steps.taken - FILTER_LIMITS.ownSteps);
    }
  }
}
