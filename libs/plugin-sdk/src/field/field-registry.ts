import type { Ctor } from '../destination.js';
import type { FieldOptions, FieldType, ItemType } from './field-options.js';

/** A field as its decorator understood it. */
export interface RecordedField {
  readonly name: string;
  readonly options: FieldOptions;
  readonly type: FieldType | Ctor<object>;
  /** Of a list. */
  readonly items: ItemType | Ctor<object>;
}

/** Sets of properties of which one (or at least one) has to be filled in. */
export interface Alternatives {
  readonly mode: 'one' | 'any';
  readonly sets: readonly (readonly string[])[];
}

/** Something a class declares that cannot be kept, and how to fix it. */
export interface DeclarationProblem {
  readonly className: string;
  /** Empty where it is about the class. */
  readonly property: string;
  readonly message: string;
}

interface ClassRecord {
  readonly fields: Map<string, RecordedField>;
  readonly alternatives: Alternatives[];
  readonly problems: DeclarationProblem[];
}

/** Kept on the class itself, so that a second copy of this package (of an installed plugin) finds it too. */
const RECORD = Symbol.for('patchbay.fields');

type Decorated = object & { [RECORD]?: ClassRecord };

/** The record of exactly this class, made where it is not there yet. */
export function ownRecord(target: Decorated): ClassRecord {
  const own = Object.hasOwn(target, RECORD) ? target[RECORD] : undefined;
  if (own !== undefined) return own;
  const fresh: ClassRecord = { fields: new Map(), alternatives: [], problems: [] };
  Object.defineProperty(target, RECORD, { value: fresh });
  return fresh;
}

/** What a class and the classes it extends declare, the base's fields first. */
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
