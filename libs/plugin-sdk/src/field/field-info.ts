import type { Ctor } from '../destination.js';
import type { JsonObject } from '../json.js';
import { declarationOf, type DeclaredField } from './declaration.js';
import type { FieldType } from './field-options.js';

/** One input of a form, as plain data: what the console renders. */
export interface FieldInfo {
  readonly name: string;
  readonly label: string;
  readonly help: string | null;
  /** `group`: a nested class, its inputs in `fields`. */
  readonly type: FieldType | 'group';
  /** Of a list; `group`: each entry has `fields`. Null for what is no list. */
  readonly items: FieldType | 'group' | null;
  readonly required: boolean;
  readonly secret: boolean;
  readonly personal: boolean;
  readonly multiline: boolean;
  readonly fileOnly: boolean;
  /** The only values there are; null where there are many. */
  readonly choices: readonly (string | number)[] | null;
  readonly format: string | null;
  readonly example: JsonObject[string];
  readonly default: JsonObject[string];
  readonly fields: readonly FieldInfo[];
}

/** The inputs that a form for this class has, in the order of the class. */
export function fieldsOf(target: Ctor<object>): readonly FieldInfo[] {
  return declarationOf(target).fields.map(fieldInfo);
}

function fieldInfo(field: DeclaredField): FieldInfo {
  const { options, type, items } = field;
  const nested = typeof type === 'function' ? type : type === 'list' && typeof items === 'function' ? items : undefined;
  return {
    name: field.name,
    label: options.label,
    help: options.help ?? null,
    type: typeof type === 'function' ? 'group' : type,
    items: type !== 'list' ? null : typeof items === 'function' ? 'group' : items,
    required: field.required,
    secret: options.secret ?? false,
    personal: options.personal ?? false,
    multiline: options.multiline ?? false,
    fileOnly: options.fileOnly ?? false,
    choices: options.enum ?? null,
    format: options.format ?? null,
    example: options.example ?? null,
    default: field.default ?? null,
    fields: nested === undefined ? [] : fieldsOf(nested),
  };
}
