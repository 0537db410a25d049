import type { Ctor } from '../destination.js';
import type { FieldOptions, FieldType, ItemType } from './field-options.js';

/** Field as its decorator recorded it. */
export interface RecordedField {
  readonly name: string;
  readonly options: FieldOptions;
  readonly type: FieldType | Ctor<object>;
  /** Type of the entries of a list. */
  readonly items: ItemType | Ctor<object>;
}

/** Sets of properties of which exactly one (`one`) or at least one (`any`) must be present. */
export interface Alternatives {
  readonly mode: 'one' | 'any';
  readonly sets: readonly (readonly string[])[];
}

/** Error in the declaration of a DTO class, with its fix. */
export interface DeclarationProblem {
  readonly className: string;
  /** Name of the property. Empty if the error concerns the whole class. */
  readonly property: string;
  readonly message: string;
}

interface ClassRecord {
  readonly fields: Map<string, RecordedField>;
  readonly alternatives: Alternatives[];
  readonly problems: DeclarationProblem[];
}

/**
 * Key of a class's record. The record is stored on the class itself, so that another copy of this package, for example
 * of an installed plugin, finds the record too.
 */
const RECORD = Symbol.for('patchbay.fields');

type Decorated = object & { [RECORD]?: ClassRecord };

/** Returns the record of exactly this class, without its base classes. Creates the record if the class has none. */
export function ownRecord(target: Decorated): ClassRecord {
  const own = Object.hasOwn(target, RECORD) ? target[RECORD] : undefined;
  if (own !== undefined) return own;
  const fresh: ClassRecord = { fields: new Map(), alternatives: [], problems: [] };
  Object.defineProperty(target, RECORD, { value: fresh });
  return fresh;
}

/** Returns the declarations of a class and its base classes; fields of the base classes come first. */
export function recordOf(target: Ctor<object>): ClassRecord {
  const merged: ClassRecord = { fields: new Map(), alternatives: [], problems: [] };
  for (const level of lineage(target)) {
    const own = Object.hasOwn(level, RECORD) ? level[RECORD] : undefined;
    if (own === undefined) continue;
    for (const [name, field] of own.fields) merged.fields.set(name, field);
    merged.alternatives.push(...own.alternatives);
    merged.problems.push(...own.problems);
  }
  return merged;
}

function lineage(target: Decorated): Decorated[] {
  const levels: Decorated[] = [];
  for (let level: unknown = target; typeof level === 'function'; level = Object.getPrototypeOf(level)) {
    levels.unshift(level);
  }
  return levels;
}
