import { ownProperty, type Json } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import type { FilterScope } from '../scope.js';
import { INDEX, type FilterPath } from './filter-path.js';
import type { ValueTest } from './operators.js';

/** Verdict of a filter for an event. */
export type FilterVerdict =
  | { readonly kind: 'matched' }
  /** `clause` returns the first condition that failed. */
  | { readonly kind: 'notMatched'; readonly clause: () => FailedClause }
  /** The verdict depends on a hidden value. `clause` returns the condition that reads the hidden value. */
  | { readonly kind: 'undetermined'; readonly clause: () => FailedClause }
  /** The filter needs more steps than its budget has left. */
  | { readonly kind: 'budgetExceeded' };

/** Explanation of the first clause that failed. */
export interface FailedClause {
  /** Path of the failed condition. Empty if the clause is an `$or`, or a `$not` that contains paths. */
  readonly path: string;
  readonly operator: string;
  readonly expected: Json;
  /**
   * Actual value if the value is a number, a boolean or null. Otherwise only the kind of the value (`text`, `list`,
   * `object`, `missing`), because the value can be personal.
   */
  readonly actual: Json;
}

/** Text that replaces a hidden value in a failed clause. */
export const HIDDEN_VALUE = 'hidden: it is personal';

/** Part of a `when` that does not match, or whose result is unknown. */
export interface FailedPart {
  /** True if the part reads a hidden value, so that its result is unknown. */
  readonly undetermined?: true;
  readonly describe: (scope: FilterScope) => FailedClause;
}

/** Compiled part of a `when`. */
export type Clause =
  | Condition
  /** Condition on a hidden value. Its result is always undetermined. */
  | { readonly kind: 'hidden'; readonly failed: FailedPart }
  | { readonly kind: 'not'; readonly clause: Clause; readonly failed: FailedPart }
  | { readonly kind: 'all'; readonly clauses: readonly Clause[] }
  | { readonly kind: 'any'; readonly clauses: readonly Clause[]; readonly failed: FailedPart };

/** Condition on the values at a path. */
interface Condition {
  readonly kind: 'condition';
  readonly path: FilterPath;
  readonly test: ValueTest | { readonly kind: 'exists' };
  /** True if at least one value must pass the test. False if no value may pass the test. */
  readonly passes: boolean;
  readonly failed: FailedPart;
}

const MATCHED: FilterVerdict = { kind: 'matched' };
const BUDGET_EXCEEDED: FilterVerdict = { kind: 'budgetExceeded' };

// All evaluations share this error object, because creating a stack trace costs more than evaluating a filter.
const EXCEEDED = new Error('filter budget exceeded');

/**
 * Work budget of all filters for one event. The budget counts steps instead of time, so that every machine reaches the
 * same verdict. Each filter has reserved steps, which no other filter can use. Further steps come from a pool that the
 * filters share in the order of their evaluation. Create a new budget for each event.
 */
export class EventBudget {
  private pool: number = FILTER_LIMITS.poolSteps;
  /** Number of steps that the current filter may take. */
  private limit = 0;
  private left = 0;

  /** Starts the evaluation of a filter. */
  begin(): void {
    this.limit = Math.min(FILTER_LIMITS.steps, FILTER_LIMITS.ownSteps + this.pool);
    this.left = this.limit;
  }

  /** Counts steps of the current filter. Throws if the filter has fewer than `steps` steps left. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw EXCEEDED;
  }

  /**
   * Ends the evaluation of the current filter. Subtracts the steps that the filter took beyond its reserved steps from
   * the pool. Returns the number of steps that the filter took.
   */
  end(): number {
    const taken = this.limit - Math.max(0, this.left);
    this.pool -= Math.max(0, taken - FILTER_LIMITS.ownSteps);
    return taken;
  }
}

/** Compiled `when`. */
export class CompiledFilter {
  /** @param reads paths that the filter reads, sorted and unique, with `*` for list indexes */
  constructor(
    private readonly root: Clause,
    readonly reads: readonly string[],
  ) {}

  /** Evaluates the filter within the budget. Never throws. The same event and budget always result in the same verdict. */
  evaluate(scope: FilterScope, budget: EventBudget): FilterVerdict {
    const { root } = this;
    budget.begin();
    try {
      let failed: FailedPart | null;
      if (root.kind === 'condition') {
        // Most filters are a single condition, which needs no search through clauses.
        budget.spend(1);
        failed = somePasses(root, scope[root.path.root], 0, budget) === root.passes ? null : root.failed;
      } else failed = failing(root, scope, budget);
      if (failed === null) return MATCHED;
      return { kind: failed.undetermined ? 'undetermined' : 'notMatched', clause: () => failed.describe(scope) };
    } catch (error) {
      if (error === EXCEEDED) return BUDGET_EXCEEDED;
      throw error;
    } finally {
      budget.end();
    }
  }
}

/**
 * Returns the first part of the clause that does not match. If every part matches or is undetermined, returns the first
 * undetermined part. Null if the clause matches.
 */
function failing(clause: Clause, scope: FilterScope, budget: EventBudget): FailedPart | null {
  switch (clause.kind) {
    case 'condition':
      budget.spend(1);
      return somePasses(clause, scope[clause.path.root], 0, budget) === clause.passes ? null : clause.failed;
    case 'hidden':
      return clause.failed;
    case 'not': {
      const part = failing(clause.clause, scope, budget);
      if (part === null) return clause.failed;
      return part.undetermined ? part : null;
    }
    case 'all':
      return failingOfAll(clause.clauses, scope, budget);
    case 'any':
      return failingOfAny(clause.clauses, scope, budget, clause.failed);
  }
}

function failingOfAll(clauses: readonly Clause[], scope: FilterScope, budget: EventBudget): FailedPart | null {
  let undetermined: FailedPart | null = null;
  for (const clause of clauses) {
    budget.spend(1);
    const failed = failing(clause, scope, budget);
    if (failed?.undetermined) undetermined ??= failed;
    else if (failed !== null) return failed;
  }
  return undetermined;
}

function failingOfAny(
  clauses: readonly Clause[],
  scope: FilterScope,
  budget: EventBudget,
  failed: FailedPart,
): FailedPart | null {
  let undetermined: FailedPart | null = null;
  for (const clause of clauses) {
    budget.spend(1);
    const part = failing(clause, scope, budget);
    if (part === null) return null;
    if (part.undetermined) undetermined ??= part;
  }
  return undetermined ?? failed;
}

/**
 * Returns true if at least one value at the path of the condition passes the test. As in MongoDB, a list on the path is
 * replaced by its elements, unless the next segment is an index. A list at the end of the path passes if one of its
 * elements passes. If no value exists at the path, the test gets `undefined`.
 * @param start value in which the path segment with the index `from` is looked up
 */
function somePasses(condition: Condition, start: unknown, from: number, budget: EventBudget): boolean {
  const { test } = condition;
  const { segments } = condition.path;
  let value = start;
  for (let at = from; at < segments.length && value !== undefined; at++) {
    const segment = segments[at] ?? '';
    budget.spend(1);
    if (Array.isArray(value) && !INDEX.test(segment)) return someItemPasses(condition, value, at, budget);
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, segment))
      value = Reflect.get(value, segment);
    else value = undefined;
  }
  if (test.kind === 'exists') return value !== undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const one of values) {
    // In the worst case, a test reads every character of a text, so a long text costs more steps.
    budget.spend(typeof one === 'string' ? 1 + Math.floor(one.length / FILTER_LIMITS.charactersPerStep) : 1);
    if (passes(test, one)) return true;
  }
  return false;
}

/**
 * Returns true if the condition holds for at least one item of the list. Evaluates the rest of the path only in the items
 * that have the next segment of the path.
 */
function someItemPasses(condition: Condition, list: readonly unknown[], at: number, budget: EventBudget): boolean {
  const { segments } = condition.path;
  const segment = segments[at] ?? '';
  let found = false;
  for (const item of list) {
    budget.spend(1);
    const value = ownProperty(item, segment);
    if (value === undefined) continue;
    found = true;
    if (somePasses(condition, value, at + 1, budget)) return true;
  }
  return found ? false : somePasses(condition, undefined, segments.length, budget);
}

function passes(test: ValueTest, value: unknown): boolean {
  if (test.kind === 'oneOf') return test.values.has(value);
  if (test.kind === 'text') return typeof value === 'string' && value[test.method](test.part);
  const { operator, bound } = test;
  if ((typeof value !== 'number' && typeof value !== 'string') || typeof value !== typeof bound) return false;
  switch (operator) {
    case '$gt':
      return value > bound;
    case '$gte':
      return value >= bound;
    case '$lt':
      return value < bound;
    case '$lte':
      return value <= bound;
  }
}
