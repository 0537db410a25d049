import type { Json } from '../json.js';
import type { FilterScope } from '../scope.js';
import type { FilterSteps } from './event-budget.js';

/** The first clause that failed, for a person. */
export interface FailedClause {
  /** Where: the path it looked at, or empty for `$or` and `$not` over several. */
  readonly path: string;
  readonly operator: string;
  readonly expected: Json;
  /**
   * What was there: the value where it is a number, true, false or null, else only its kind (`text`, `list`, `object`,
   * `missing`), because a value can be personal.
   */
  readonly actual: Json;
}

/** A part of a `when` that does not hold, which can say why. */
export interface FailedPart {
  readonly describe: (scope: FilterScope) => FailedClause;
}

/** A compiled part of a `when`. */
export interface Clause {
  /** Finds the first part that does not hold; null if all of it holds. */
  readonly failing: (scope: FilterScope, steps: FilterSteps) => FailedPart | null;
}

/** Holds if all clauses hold; fails with the first that does not. */
export function allOf(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  if (clauses.length === 1 && only) return only;
  return {
    failing: (scope, steps) => {
      for (const clause of clauses) {
        steps.spend(1);
        const failed = clause.failing(scope, steps);
        if (failed !== null) return failed;
      }
      return null;
    },
  };
}
