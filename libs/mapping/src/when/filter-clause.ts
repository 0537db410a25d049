import type { Json } from '../json-types.js';
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

/** What a failed clause says of a value that was hidden from the filter. */
export const HIDDEN_VALUE = 'hidden: it is personal';

/** A part of a `when` that does not hold, which can say why. */
export interface FailedPart {
  /** True if the part looks at a hidden value, so that nobody can tell if it holds. */
  readonly undetermined?: true;
  readonly describe: (scope: FilterScope) => FailedClause;
}

/** A compiled part of a `when`. */
export interface Clause {
  /** Finds the first part that does not hold, or else the first that is undetermined; null if all of it holds. */
  readonly failing: (scope: FilterScope, steps: FilterSteps) => FailedPart | null;
}

/** Holds if all clauses hold. */
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
