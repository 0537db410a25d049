import { didYouMean } from '../did-you-mean.js';
import { FilterError } from '../filter-error.js';
import { isJsonObject, kindOf, type Json, type JsonObject } from '../json-types.js';
import { FILTER_LIMITS } from '../limits.js';
import { FILTER_ROOTS, type FilterRoot } from '../scope.js';
import { CompiledFilter, HIDDEN_VALUE, type Clause, type FailedClause, type FailedPart } from './evaluate-filter.js';
import { firstValueAt, parseFilterPath, readOf, type FilterPath } from './filter-path.js';
import { looksAtHidden, type HiddenPath } from './hidden-paths.js';
import { compileOperator, VALUE_OPERATORS } from './operators.js';

const BRANCHES = ['$and', '$or', '$not'];
const ALL_OPERATORS = [...BRANCHES, '$exists', ...VALUE_OPERATORS];
const TOO_DEEP = `is nested deeper than ${FILTER_LIMITS.depth} levels: use fewer levels.`;

/**
 * Compiles a `when`. Its keys are `$and`, `$or`, `$not`, or dotted paths that start with one of the roots. All keys must
 * match. `{}` matches everything.
 * @param hidden values that conditions must not read; a verdict that depends on such a value is undetermined
 * @param roots `FILTER_ROOTS`, or `ROUTE_ROOTS` for a route entry
 * @throws FilterError if the filter is invalid.
 */
export function compileFilter(
  when: JsonObject,
  hidden: readonly HiddenPath[] = [],
  roots: readonly FilterRoot[] = FILTER_ROOTS,
): CompiledFilter {
  const compiler = new FilterCompiler(hidden, roots);
  const root = compiler.object(when, '', 1);
  return new CompiledFilter(root, [...compiler.reads].sort());
}

class FilterCompiler {
  readonly reads = new Set<string>();
  private clauses = 0;

  constructor(
    private readonly hidden: readonly HiddenPath[],
    private readonly roots: readonly FilterRoot[],
  ) {}

  object(when: Json, at: string, depth: number): Clause {
    if (!isJsonObject(when))
      throw new FilterError(at, `must be an object of paths and conditions, not ${kindOf(when)}.`);
    if (depth > FILTER_LIMITS.depth) throw new FilterError(at, TOO_DEEP);
    return allOf(
      Object.entries(when).map(([key, value]) => {
        const here = join(at, key);
        if (!key.startsWith('$')) return this.path(parseFilterPath(key, here, this.roots), value, here, depth);
        if (key === '$not') {
          const describe = (): FailedClause => ({ path: '', operator: '$not', expected: value, actual: 'it holds' });
          return { kind: 'not', clause: this.object(value, here, depth + 1), failed: { describe } };
        }
        if (key === '$and' || key === '$or') return this.branches(key, value, here, depth);
        throw new FilterError(
          here,
          `only $and, $or and $not are allowed here. Write other operators below a path: {"data.tier": {"$eq": "gold"}}.${didYouMean(key, BRANCHES)}`,
        );
      }),
    );
  }

  private branches(operator: '$and' | '$or', value: Json, at: string, depth: number): Clause {
    if (!Array.isArray(value) || value.length === 0)
      throw new FilterError(at, 'needs a list of at least one object, such as [{"data.tier": "gold"}].');
    if (value.length > FILTER_LIMITS.values)
      throw new FilterError(at, `can have at most ${FILTER_LIMITS.values} branches: remove some.`);
    const clauses = value.map((branch, index) => this.object(branch, join(at, String(index)), depth + 1));
    if (operator === '$and') return allOf(clauses);
    const failed: FailedPart = {
      describe: () => ({ path: '', operator, expected: value, actual: 'none of these holds' }),
    };
    return { kind: 'any', clauses, failed };
  }

  private path(path: FilterPath, value: Json, at: string, depth: number): Clause {
    this.reads.add(readOf(path));
    if (!isJsonObject(value)) return this.operator(path, '$eq', value, at, depth);
    const entries = Object.entries(value);
    if (entries.length === 0)
      throw new FilterError(at, 'has no condition: write a value or an operator such as {"$gte": 50}.');
    return allOf(
      entries.map(([operator, operand]) => this.operator(path, operator, operand, join(at, operator), depth)),
    );
  }

  private operator(path: FilterPath, operator: string, operand: Json, at: string, depth: number): Clause {
    if (++this.clauses > FILTER_LIMITS.clauses) {
      throw new FilterError(
        at,
        `a filter can have at most ${FILTER_LIMITS.clauses} conditions: use $in for many values.`,
      );
    }
    const failed: FailedPart = {
      describe: (scope) => ({
        path: path.text,
        operator,
        expected: operand,
        actual: shown(firstValueAt(path, scope)),
      }),
    };
    if (operator === '$not') {
      if (!isJsonObject(operand)) throw new FilterError(at, 'needs operators, such as {"$not": {"$gte": 50}}.');
      if (depth >= FILTER_LIMITS.depth) throw new FilterError(at, TOO_DEEP);
      return { kind: 'not', clause: this.path(path, operand, at, depth + 1), failed };
    }
    const isHidden = looksAtHidden(path.text, this.hidden);
    if (operator === '$exists') {
      if (typeof operand !== 'boolean') throw new FilterError(at, 'must be true or false.');
      if (isHidden) return hiddenCondition(path, operator, operand);
      return { kind: 'condition', path, test: { kind: 'exists' }, passes: operand, failed };
    }
    const compared = compileOperator(operator, operand, at);
    if (!compared) throw new FilterError(at, unknownOperator(operator));
    if (isHidden) return hiddenCondition(path, operator, operand);
    return { kind: 'condition', path, ...compared, failed };
  }
}

/** Creates a clause that matches if all clauses match. */
function allOf(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  return clauses.length === 1 && only ? only : { kind: 'all', clauses };
}

/** Creates a condition on a hidden value. The result of such a condition is always undetermined. */
function hiddenCondition({ text: path }: FilterPath, operator: string, expected: Json): Clause {
  const failed: FailedPart = {
    undetermined: true,
    describe: () => ({ path, operator, expected, actual: HIDDEN_VALUE }),
  };
  return { kind: 'hidden', failed };
}

function shown(value: unknown): Json {
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : kindOf(value);
}

function unknownOperator(operator: string): string {
  if (!operator.startsWith('$')) {
    return `"${operator}" is not an operator. For a nested field, write the whole dotted path as one key, such as "data.customer.tier".`;
  }
  return `"${operator}" is not an operator. Available: ${ALL_OPERATORS.join(', ')}.${didYouMean(operator, ALL_OPERATORS)}`;
}

function join(at: string, key: string): string {
  return at ? `${at}.${key}` : key;
}
