import { isJsonObject, type Json, type JsonObject } from '../json-types.js';
import { INDEX } from './filter-path.js';

/** Condition of a filter. */
export interface FilterCondition {
  /** Path with `*` for list indexes. */
  readonly path: string;
  readonly operator: string;
  readonly operand: Json;
  /** Place in the filter, as keys and indexes: `['$or', 1, 'data.tier', '$eq']`. */
  readonly at: readonly (string | number)[];
}

/** Returns the conditions of a filter in its order. The filter must compile. */
export function filterConditions(when: JsonObject): readonly FilterCondition[] {
  return conditionsIn(when, []);
}

function conditionsIn(when: Json, at: FilterCondition['at']): readonly FilterCondition[] {
  if (!isJsonObject(when)) return [];
  return Object.entries(when).flatMap(([key, value]) => {
    const here = [...at, key];
    if (key === '$not') return conditionsIn(value, here);
    if (key.startsWith('$')) {
      return Array.isArray(value) ? value.flatMap((branch, index) => conditionsIn(branch, [...here, index])) : [];
    }
    const path = key
      .split('.')
      .map((segment) => (INDEX.test(segment) ? '*' : segment))
      .join('.');
    return conditionsOn(path, value, here);
  });
}

function conditionsOn(path: string, value: Json, at: FilterCondition['at']): readonly FilterCondition[] {
  if (!isJsonObject(value)) return [{ path, operator: '$eq', operand: value, at }];
  return Object.entries(value).flatMap(([operator, operand]) =>
    operator === '$not'
      ? conditionsOn(path, operand, [...at, '$not'])
      : [{ path, operator, operand, at: [...at, operator] }],
  );
}
