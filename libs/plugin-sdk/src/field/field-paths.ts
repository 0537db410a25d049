import { ADDRESS_KINDS, type AddressKind } from '../address.js';
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

/** Path of an address in a message, in the format of {@link secretPaths}. */
export interface AddressPath {
  readonly path: string;
  readonly kind: AddressKind;
}

/** Returns the paths of the addresses to which a message of this class is sent. */
export function addressPaths(target: Ctor<object>): readonly AddressPath[] {
  return ADDRESS_KINDS.flatMap((kind) =>
    paths(fieldsOf(target), (field) => field.address === kind).map((path) => ({ path, kind })),
  );
}

function paths(fields: readonly FieldInfo[], wanted: (field: FieldInfo) => boolean): string[] {
  return fields.flatMap((field) => {
    if (wanted(field)) return [field.name];
    const prefix = field.items === null ? field.name : `${field.name}.*`;
    return paths(field.fields, wanted).map((path) => `${prefix}.${path}`);
  });
}
