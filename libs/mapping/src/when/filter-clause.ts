import type { Json } from '../json.js';
import type { FilterScope } from '../scope.js';

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

/** A compiled part of a `when`. */
export interface Clause {
  readonly matches: (scope: FilterScope) => boolean;
  /** Called where `matches` said no. */
  readonly failure: (scope: FilterScope) => FailedClause;
}

/** All have to hold; the failure is the first one's. */
export function allOf(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  if (clauses.length === 1 && only) return only;
  return {
    matches: (scope) => {
      for (const clause of clauses) if (!clause.matches(scope)) return false;
      return true;
    },
    failure: (scope) => {
      const failed = clauses.find((clause) => !clause.matches(scope));
      return failed ? failed.failure(scope) : { path: '', operator: '$and', expected: null, actual: null };
    },
  };
}
