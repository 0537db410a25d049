import { isSameJson } from './merge-patch';

/** Person who has a version of an object. */
export type Side = 'mine' | 'theirs';

/** Field whose values differ between two people. */
export interface FieldDifference<Field> {
  readonly field: Field;
  /** The side that changed the field. Null if both did, so a person must choose. */
  readonly changedBy: Side | null;
}

/** Returns the fields in which two versions of an object differ, with the side that changed them since `base`. */
export function fieldDifferences<T extends object, Field extends keyof T>(
  fields: readonly Field[],
  base: T,
  mine: T,
  theirs: T,
): FieldDifference<Field>[] {
  return fields
    .filter((field) => !isSameJson(mine[field], theirs[field]))
    .map((field) => {
      const [isMine, isTheirs] = [!isSameJson(base[field], mine[field]), !isSameJson(base[field], theirs[field])];
      return { field, changedBy: isMine && isTheirs ? null : isMine ? 'mine' : 'theirs' };
    });
}

/** Returns my version of an object with the given fields of the other version. */
export function withFieldsOf<T extends object>(mine: T, theirs: T, fields: readonly (keyof T)[]): T {
  return fields.reduce((merged, field) => ({ ...merged, [field]: theirs[field] }), mine);
}
