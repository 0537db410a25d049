import { FilterError } from '../filter-error.js';
import { FILTER_LIMITS } from '../limits.js';
import { kindOf, type Json } from '../json-types.js';

/**
 * Condition on the values at a path. `any` passes if one value passes the test; `none` passes if no value passes the
 * test.
 */
export interface Condition {
  readonly test: (value: unknown) => boolean;
  readonly passes: 'any' | 'none';
}

type Scalar = string | number | boolean | null;

const OPERATORS: Readonly<Record<string, (operand: Json, at: string) => Condition>> = {
  $eq: (operand, at) => ({ test: equalTo(scalar(operand, at)), passes: 'any' }),
  $ne: (operand, at) => ({ test: equalTo(scalar(operand, at)), passes: 'none' }),
  $in: (operand, at) => ({ test: oneOf(operand, at), passes: 'any' }),
  $nin: (operand, at) => ({ test: oneOf(operand, at), passes: 'none' }),
  $gt: (operand, at) => ordered(operand, at, (order) => order > 0),
  $gte: (operand, at) => ordered(operand, at, (order) => order >= 0),
  $lt: (operand, at) => ordered(operand, at, (order) => order < 0),
  $lte: (operand, at) => ordered(operand, at, (order) => order <= 0),
  $startsWith: (operand, at) => textual(operand, at, (value, part) => value.startsWith(part)),
  $endsWith: (operand, at) => textual(operand, at, (value, part) => value.endsWith(part)),
  $contains: (operand, at) => {
    if (typeof operand === 'string' && operand.length > FILTER_LIMITS.patternCharacters) {
      throw new FilterError(
        at,
        `the search text can have at most ${FILTER_LIMITS.patternCharacters} characters: shorten it.`,
      );
    }
    return textual(operand, at, (value, part) => value.includes(part));
  },
};

/** Operators that test a value at a path, without `$exists` and `$not`. */
export const VALUE_OPERATORS = Object.keys(OPERATORS);

/** Compiles one operator with its operand. Undefined for an unknown operator. */
export function compileOperator(operator: string, operand: Json, at: string): Condition | undefined {
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

function equalTo(operand: Scalar): (value: unknown) => boolean {
  if (operand === null) return (value) => value === null || value === undefined;
  return (value) => value === operand;
}

function oneOf(operand: Json, at: string): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw new FilterError(at, 'needs a list of values, such as ["gold", "platinum"].');
  if (operand.length > FILTER_LIMITS.values) {
    throw new FilterError(
      at,
      `the list can have at most ${FILTER_LIMITS.values} values, but this list has ${operand.length}: remove some.`,
    );
  }
  const values = new Set<unknown>(operand.map((value, index) => scalar(value, `${at}.${index}`)));
  if (values.has(null)) values.add(undefined);
  return (value) => values.has(value);
}

function ordered(operand: Json, at: string, holds: (order: number) => boolean): Condition {
  const bound = scalar(operand, at);
  if (typeof bound !== 'number' && typeof bound !== 'string') {
    throw new FilterError(at, `compares with a number or a text (ISO dates sort as text), not with ${kindOf(bound)}.`);
  }
  return {
    passes: 'any',
    test: (value) => {
      if (typeof value === 'number' && typeof bound === 'number') return holds(value - bound);
      if (typeof value === 'string' && typeof bound === 'string')
        return holds(value < bound ? -1 : value > bound ? 1 : 0);
      return false;
    },
  };
}

function textual(operand: Json, at: string, holds: (value: string, part: string) => boolean): Condition {
  const part = scalar(operand, at);
  if (typeof part !== 'string' || part === '') throw new FilterError(at, 'needs a text of at least one character.');
  return { passes: 'any', test: (value) => typeof value === 'string' && holds(value, part) };
}
