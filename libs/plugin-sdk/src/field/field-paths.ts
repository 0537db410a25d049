import type { Ctor } from '../destination.js';
import { fieldsOf, type FieldInfo } from './field-info.js';

/**
 * Returns the paths of the secrets in a class: `authToken`, `basic.password`, `keys.*.secret` (`*` is every entry of a
 * list). If a path leads to an object, the whole object is secret.
 */
export function secretPaths(target: Ctor<object>): readonly string[] {
  return paths(fieldsOf(target), (field) => field.secret);
}

/** Returns the paths of the personal values in a class, in the format of {@link secretPaths}. */
export function personalPaths(target: Ctor<object>): readonly string[] {
  return paths(fieldsOf(target), (field) => field.personal);
}

function paths(fields: readonly FieldInfo[], wanted: (field: FieldInfo) => boolean): string[] {
  return fields.flatMap((field) => {
    if (wanted(field)) return [field.name];
    const prefix = field.items === null ? field.name : `${field.name}.*`;
    return paths(field.fields, wanted).map((path) => `${prefix}.${path}`);
  });
}
