import type { AddressKind } from '../address.js';
import type { Ctor } from '../destination.js';
import type { Json } from '../json.js';

/** Formats of a text value. `uri` is an absolute http or https URL without credentials in it. */
export type FieldFormat = 'email' | 'uri' | 'hostname' | 'e164';

/** Type of one value. `object` is any JSON object, `json` any JSON value. */
export type ItemType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'json';

/** Type of a field: one value, a `list` of values, or a `record` of text values by name. */
export type FieldType = ItemType | 'list' | 'record';

/**
 * Options of one property of a DTO class. If the property is a list or a record, bounds and formats apply to each of
 * its values.
 */
export interface FieldOptions {
  /** Label of the input: `Account SID`. */
  readonly label: string;
  /** Help text: the purpose of the value and where to find it. */
  readonly help?: string;
  /** True if the value is a secret. A saved secret is never shown, logged or returned. */
  readonly secret?: boolean;
  /**
   * True if the value identifies a person or is a contact address. The hub redacts the value wherever it would be
   * recorded.
   */
  readonly personal?: boolean;
  /**
   * Kind of address, if a message is sent to the address in this field. The hub sends no message to an address on the
   * brand's suppression list. Only for texts and lists of texts in a message.
   */
  readonly address?: AddressKind;
  /** True for long text: a form shows a text area. */
  readonly multiline?: boolean;
  /**
   * True if the value may be set in files only; the console and the API refuse to set it. Use this option for URLs that
   * receive credentials.
   */
  readonly fileOnly?: boolean;
  /**
   * True if the vendor offers a list of values, for example its templates, lists or senders. The plugin loads them in
   * `choices`. Other values remain allowed. Only for texts of the settings class itself.
   */
  readonly fromVendor?: boolean;
  /** Invented value in the right format. */
  readonly example?: Json;
  /**
   * True if the value may be absent. `null` means absent in a message and is refused in credentials and settings. A
   * field with a default is always optional.
   */
  readonly optional?: boolean;
  /** Value if the field is absent. An initial value of the property has the same effect. */
  readonly default?: Json;
  /**
   * Type of the field. Needed only if the property's type or initial value does not determine the field type: for
   * records, free JSON, unions and integers.
   */
  readonly type?: FieldType | Ctor<object>;
  /** Type of the entries of a list; text if absent. */
  readonly items?: ItemType | Ctor<object>;
  readonly enum?: readonly (string | number)[];
  readonly format?: FieldFormat;
  /**
   * Regular expression, compiled with the `u` flag. Other flags are refused, because JSON Schema does not support them.
   */
  readonly pattern?: RegExp | string;
  /** Minimum number of characters (code points); the maximum is 100,000 if absent. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Minimum number of entries of a list or of names in a record; the maximum is 1,000 if absent. */
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Maximum length of a text without `maxLength`, in characters. */
export const DEFAULT_MAX_LENGTH = 100_000;
/** Maximum number of entries of a list or record without `maxItems`. */
export const DEFAULT_MAX_ITEMS = 1_000;
