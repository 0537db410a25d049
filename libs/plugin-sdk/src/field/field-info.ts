import type { AddressKind } from '../address.js';
import type { Ctor } from '../destination.js';
import type { JsonObject } from '../json.js';
import { declarationOf, type DeclaredField } from './declaration.js';
import type { FieldType } from './field-options.js';

/** One input of a form, as plain data for the console. */
export interface FieldInfo {
  readonly name: string;
  readonly label: string;
  readonly help: string | null;
  /** `group` stands for a nested class, whose inputs are in `fields`. */
  readonly type: FieldType | 'group';
  /** Type of the entries of a list; for `group`, each entry has `fields`. Null if the input is not a list. */
  readonly items: FieldType | 'group' | null;
  readonly required: boolean;
  readonly secret: boolean;
  readonly personal: boolean;
  /** Kind of address to which a message is sent. Null if the value is not such an address. */
  readonly address: AddressKind | null;
  readonly multiline: boolean;
  readonly fileOnly: boolean;
  /** True if the plugin loads values for the field from the vendor. */
  readonly fromVendor: boolean;
  /** The allowed values. Null if any value is allowed. */
  readonly choices: readonly (string | number)[] | null;
  readonly format: string | null;
  readonly example: JsonObject[string];
  readonly default: JsonObject[string];
  readonly fields: readonly FieldInfo[];
}

/** Returns the inputs of a form for this class, in the order of its properties. */
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
    address: options.address ?? null,
    multiline: options.multiline ?? false,
    fileOnly: options.fileOnly ?? false,
    fromVendor: options.fromVendor ?? false,
    choices: options.enum ?? null,
    format: options.format ?? null,
    example: options.example ?? null,
    default: field.default ?? null,
    fields: nested === undefined ? [] : fieldsOf(nested),
  };
}
