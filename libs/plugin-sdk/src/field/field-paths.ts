import type { Ctor } from '../destination.js';
import { fieldsOf, type FieldInfo } from './field-info.js';

/**
 * Where a class holds secrets: `authToken`, `basic.password`, `keys.*.secret` (`*`: every entry of a list). A path
 * stands for everything below it.
 */
export function secretPaths(target: Ctor<object>): readonly string[] {
  return paths(fieldsOf(target), (field) => field.secret);
}

/** Where a class holds what names or reaches a person. As {@link secretPaths}. */
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
