import type { Ctor } from '../destination.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { declarationOf, type DeclaredField } from './declaration.js';

const known = new WeakMap<Ctor<object>, readonly DeclaredField[]>();

/**
 * Creates an instance of a DTO class from these values: adds defaults, creates nested classes and omits `null` in
 * optional fields. Does not validate, because the values have already passed the class's JSON Schema.
 */
export function toInstance<T extends object>(target: Ctor<T>, values: JsonObject): T {
  const instance = new target();
  const assigned: Record<string, unknown> = {};
  for (const field of known.get(target) ?? fieldsOfClass(target)) {
    const value = values[field.name];
    if (value === undefined || (value === null && !field.required)) {
      if (field.default !== undefined) assigned[field.name] = structuredClone(field.default);
    } else {
      const isNested = typeof field.type === 'function' || typeof field.items === 'function';
      assigned[field.name] = isNested ? nested(field, value) : value;
    }
  }
  return Object.assign(instance, assigned);
}

function nested(field: DeclaredField, value: Json): unknown {
  const { type, items } = field;
  if (typeof type === 'function') return isJsonObject(value) ? toInstance(type, value) : value;
  if (type === 'list' && typeof items === 'function' && Array.isArray(value)) {
    return value.map((entry) => (isJsonObject(entry) ? toInstance(items, entry) : entry));
  }
  return value;
}

function fieldsOfClass(target: Ctor<object>): readonly DeclaredField[] {
  const { fields } = declarationOf(target);
  known.set(target, fields);
  return fields;
}
