import type { Json } from '../json-types.js';
import type { FilterScope } from '../scope.js';
import type { FilterSteps } from './event-budget.js';

/** Explanation of the first clause that failed. */
export interface FailedClause {
  /** Path of the condition. Empty for `$or` and `$not` with several conditions. */
  readonly path: string;
  readonly operator: string;
  readonly expected: Json;
  /**
   * Actual value if it is a number, a boolean or null. Otherwise only its kind (`text`, `list`, `object`, `missing`), because
   * the value can be personal.
   */
  readonly actual: Json;
}

/** Text that replaces a hidden value in a failed clause. */
export const HIDDEN_VALUE = 'hidden: it is personal';

/** Part of a `when` that does not match. */
export interface FailedPart {
  /** True if the part reads a hidden value, so that its result is unknown. */
  readonly undetermined?: true;
  readonly describe: (scope: FilterScope) => FailedClause;
}

/** Compiled part of a `when`. */
export interface Clause {
  /** Returns the first part that does not match, else the first undetermined part. Null if everything matches. */
  readonly failing: (scope: FilterScope, steps: FilterSteps) => FailedPart | null;
}

/** Creates a clause that matches if all clauses match. */
export function allOf(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  if (clauses.length === 1 && only) return only;
  return {
    failing: (scope, steps) => {
      let undetermined: FailedPart | null = null;
      for (const clause of clauses) {
        steps.spend(1);
        const failed = clause.failing(scope, steps);
        if (failed?.undetermined) undetermined ??= failed;
        else if (failed !== null) return failed;
      }
      return undetermined;
    },
  };
}
