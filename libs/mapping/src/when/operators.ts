import { FilterError } from '../filter-error.js';
import { FILTER_LIMITS } from '../limits.js';
import { kindOf, type Json } from '../json-types.js';

/** Test of one value. */
export type ValueTest =
  /** Passes for each of the listed values. A listed null also stands for a missing value. */
  | { readonly kind: 'oneOf'; readonly values: ReadonlySet<unknown> }
  /** Passes for a value of the same type as the bound, if `operator` is true for the value and the bound. */
  | { readonly kind: 'order'; readonly operator: OrderOperator; readonly bound: number | string }
  | { readonly kind: 'text'; readonly method: 'startsWith' | 'endsWith' | 'includes'; readonly part: string };

/**
 * Test of the values at a path. `passes` is true if at least one value must pass the test, and false if no value may
 * pass it.
 */
export interface OperatorTest {
  readonly test: ValueTest;
  readonly passes: boolean;
}

type OrderOperator = '$gt' | '$gte' | '$lt' | '$lte';
type Scalar = string | number | boolean | null;

const OPERATORS: Readonly<Record<string, (operand: Json, at: string) => OperatorTest>> = {
  $eq: (operand, at) => ({ test: oneOf([scalar(operand, at)]), passes: true }),
  $ne: (operand, at) => ({ test: oneOf([scalar(operand, at)]), passes: false }),
  $in: (operand, at) => ({ test: oneOf(scalars(operand, at)), passes: true }),
  $nin: (operand, at) => ({ test: oneOf(scalars(operand, at)), passes: false }),
  $gt: (operand, at) => ordered('$gt', operand, at),
  $gte: (operand, at) => ordered('$gte', operand, at),
  $lt: (operand, at) => ordered('$lt', operand, at),
  $lte: (operand, at) => ordered('$lte', operand, at),
  $startsWith: (operand, at) => textual('startsWith', operand, at),
  $endsWith: (operand, at) => textual('endsWith', operand, at),
  $contains: (operand, at) => {
    if (typeof operand === 'string' && operand.length > FILTER_LIMITS.patternCharacters) {
      throw new FilterError(
        at,
        `the search text can have at most ${FILTER_LIMITS.patternCharacters} characters: shorten it.`,
      );
    }
    return textual('includes', operand, at);
  },
};

/** Operators that test a value at a path, without `$exists` and `$not`. */
export const VALUE_OPERATORS = Object.keys(OPERATORS);

/** Compiles one operator with its operand. Undefined if the operator is unknown. */
export function compileOperator(operator: string, operand: Json, at: string): OperatorTest | undefined {
  return Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator]?.(operand, at) : undefined;
}

function scalar(operand: Json, at: string): Scalar {
  if (typeof operand === 'object' && operand !== null) {
    throw new FilterError(
      at,
      `compares with text, a number, true, false or null, not with ${kindOf(operand)}. Use $in for one of several values, and one dotted path per field.`,
    );
  }
  if (typeof operand === 'number' && !Number.isFinite(operand))
    throw new FilterError(at, 'the number is not finite: use a finite number.');
  if (typeof operand === 'string' && operand.length > FILTER_LIMITS.textCharacters) {
    throw new FilterError(at, `the text can have at most ${FILTER_LIMITS.textCharacters} characters: shorten it.`);
  }
  return operand;
}

function scalars(operand: Json, at: string): readonly Scalar[] {
  if (!Array.isArray(operand)) throw new FilterError(at, 'needs a list of values, such as ["gold", "platinum"].');
  if (operand.length > FILTER_LIMITS.values) {
    throw new FilterError(
      at,
      `the list can have at most ${FILTER_LIMITS.values} values, but this list has ${operand.length}: remove some.`,
    );
  }
  return operand.map((value, index) => scalar(value, `${at}.${index}`));
}

function oneOf(operands: readonly Scalar[]): ValueTest {
  const values = new Set<unknown>(operands);
  if (values.has(null)) values.add(undefined);
  return { kind: 'oneOf', values };
}

function ordered(operator: OrderOperator, operand: Json, at: string): OperatorTest {
  const bound = scalar(operand, at);
  if (typeof bound !== 'number' && typeof bound !== 'string') {
    throw new FilterError(at, `compares with a number or a text (ISO dates sort as text), not with ${kindOf(bound)}.`);
  }
  return { test: { kind: 'order', operator, bound }, passes: true };
}

function textual(method: 'startsWith' | 'endsWith' | 'includes', operand: Json, at: string): OperatorTest {
  const part = scalar(operand, at);
  if (typeof part !== 'string' || part === '') throw new FilterError(at, 'needs a text of at least one character.');
  return { test: { kind: 'text', method, part }, passes: true };
}
