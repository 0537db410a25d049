import { isMembers } from '../lib/merge-patch';

/** JSON object as a form edits it. */
export type FormValue = Readonly<Record<string, unknown>>;

/** Input of a form, as the API describes it for credentials, settings and messages of a destination type. */
export interface SchemaField {
  readonly name: string;
  readonly label: string;
  readonly help: string | null;
  /** `string`, `number`, `integer`, `boolean`, `object`, `json`, `list`, `record` or `group`. */
  readonly type: string;
  /** Type of the entries of a list, else null. */
  readonly items: string | null;
  readonly required: boolean;
  readonly secret: boolean;
  readonly multiline: boolean;
  readonly fileOnly: boolean;
  /** True if the vendor offers values for the field. */
  readonly fromVendor: boolean;
  readonly choices: readonly (string | number)[] | null;
  readonly format: string | null;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly fields: readonly SchemaField[];
}

/** Returns the value with one field set. An undefined field value removes the field. */
export function withField(value: FormValue, name: string, fieldValue: unknown): FormValue {
  const { [name]: _before, ...rest } = value;
  return fieldValue === undefined ? rest : { ...rest, [name]: fieldValue };
}

/** Returns a value as an object, for groups and records. Anything else is an empty object. */
export function asObject(value: unknown): FormValue {
  return isMembers(value) ? value : {};
}

/** Returns a value as a list. Anything else is an empty list. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns a short text for a value, for placeholders: an example or a default. */
export function shortText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Properties of every input of a schema form. */
export interface SchemaInputProps {
  readonly field: SchemaField;
  readonly value: unknown;
  /** Called with undefined if the field becomes empty. */
  readonly onChange: (value: unknown) => void;
  readonly errors: Readonly<Record<string, string>>;
  readonly path: string;
  /** True if all secrets have stored values, or the paths of the secrets with a stored value. */
  readonly stored: boolean | readonly string[];
  readonly disabled: boolean;
}
