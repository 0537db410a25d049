import { isMembers } from '../../../lib/merge-patch';
import type { JsonObject } from '../model/json';

/** Operators of the filter builder. `missing` is `$exists: false`. */
export const OPERATORS = [
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$startsWith',
  '$endsWith',
  '$contains',
  '$exists',
  'missing',
] as const;

/** Operator of a rule. */
export type Operator = (typeof OPERATORS)[number];

/** One condition: the value at a path compared with an operand. */
export interface Rule {
  readonly path: string;
  readonly operator: Operator;
  /** A plain value, or a list of them for `$in` and `$nin`. Null for `$exists` and `missing`. */
  readonly value: unknown;
}

/** Filter that the builder can show: all rules must hold, or at least one. */
export interface RuleSet {
  readonly join: 'all' | 'any';
  readonly rules: readonly Rule[];
}

/** Reads a filter as rules. Null if it has parts that only JSON can express, such as `$not` or nested groups. */
export function ruleSetOf(when: JsonObject): RuleSet | null {
  const { $or: branches, ...others } = when;
  if (branches !== undefined) {
    if (Object.keys(others).length > 0 || !Array.isArray(branches)) return null;
    const rules = branches.map((branch: unknown) => (isMembers(branch) ? rulesOf(branch) : null));
    return rules.every((found) => found?.length === 1) ? { join: 'any', rules: rules.flatMap((r) => r ?? []) } : null;
  }
  const rules = rulesOf(when);
  return rules === null ? null : { join: 'all', rules };
}

function rulesOf(conditions: JsonObject): Rule[] | null {
  const rules: Rule[] = [];
  for (const [path, condition] of Object.entries(conditions)) {
    if (path === '$and' && Array.isArray(condition)) {
      for (const branch of condition) {
        const found = isMembers(branch) ? rulesOf(branch) : null;
        if (found === null) return null;
        rules.push(...found);
      }
      continue;
    }
    if (path.startsWith('$')) return null;
    if (!isMembers(condition)) {
      rules.push({ path, operator: '$eq', value: condition });
      continue;
    }
    for (const [operator, operand] of Object.entries(condition)) {
      const rule = ruleOf(path, operator, operand);
      if (rule === null) return null;
      rules.push(rule);
    }
  }
  return rules;
}

function ruleOf(path: string, operator: string, operand: unknown): Rule | null {
  if (operator === '$exists') return { path, operator: operand === false ? 'missing' : '$exists', value: null };
  const known = OPERATORS.find((one) => one === operator);
  return known === undefined || isMembers(operand) ? null : { path, operator: known, value: operand };
}

/** Writes rules as a filter. Two rules about the same path and operator become branches of `$and`. */
export function whenOf({ join, rules }: RuleSet): JsonObject {
  if (join === 'any' && rules.length > 1) return { $or: rules.map((rule) => ({ [rule.path]: conditionOf(rule) })) };
  const when: JsonObject = {};
  const repeated: JsonObject[] = [];
  for (const rule of rules) {
    const condition = conditionOf(rule);
    const before = when[rule.path];
    if (before === undefined) when[rule.path] = condition;
    else if (isMembers(before) && isMembers(condition) && Object.keys(condition).every((key) => !(key in before))) {
      when[rule.path] = { ...before, ...condition };
    } else repeated.push({ [rule.path]: condition });
  }
  return repeated.length === 0 ? when : { ...when, $and: repeated };
}

function conditionOf({ operator, value }: Rule): unknown {
  if (operator === '$exists') return { $exists: true };
  if (operator === 'missing') return { $exists: false };
  return operator === '$eq' ? value : { [operator]: value };
}

/** Type of the value that a path has, from the schema of an event type. */
export type ValueType = 'text' | 'number' | 'boolean' | 'unknown';

/** Reads what a person typed as a value of a type. Without a type, a text that is a JSON number or word becomes one. */
export function valueOf(input: string, type: ValueType): unknown {
  if (type === 'text') return input;
  const plain = input.trim();
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  if (/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(plain)) return Number(plain);
  return input;
}

/** Writes a value as a person types it. A list is separated by commas. */
export function inputOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(inputOf).join(', ');
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
