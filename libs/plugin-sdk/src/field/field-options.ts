import type { Ctor } from '../destination.js';
import type { Json } from '../json.js';

/** Forms of text that are checked as a whole. `uri` is an absolute http or https URL without credentials in it. */
export type FieldFormat = 'email' | 'uri' | 'hostname' | 'e164';

/** What one value can be. `object` is any JSON object, `json` any JSON value. */
export type ItemType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'json';

/** What a field can be: one value, a `list` of values, or a `record` of text values by name. */
export type FieldType = ItemType | 'list' | 'record';

/**
 * Everything there is to say about one property of a DTO class. Bounds and forms of a list or a record hold for each
 * of its values.
 */
export interface FieldOptions {
  /** What people read beside the input: `Account SID`. */
  readonly label: string;
  /** Where to find the value, what it does. */
  readonly help?: string;
  /** Never shown, logged or returned again once it is saved. */
  readonly secret?: boolean;
  /** Names or reaches a person: redacted wherever it would be recorded. */
  readonly personal?: boolean;
  /** Long text: a form offers a text area. */
  readonly multiline?: boolean;
  /** May be set in files only: the console and the API refuse it. For addresses that credentials are sent to. */
  readonly fileOnly?: boolean;
  /** An invented value of the right shape. */
  readonly example?: Json;
  /**
   * May be left out. In a message `null` counts as left out; in credentials and settings it is refused. A field with a
   * default is optional.
   */
  readonly optional?: boolean;
  /** Used where the value is left out. An initialiser of the property says the same. */
  readonly default?: Json;
  /** Only where the property's type or initial value does not say it: records, free JSON, unions, and integers. */
  readonly type?: FieldType | Ctor<object>;
  /** What a list holds; text where left out. */
  readonly items?: ItemType | Ctor<object>;
  readonly enum?: readonly (string | number)[];
  readonly format?: FieldFormat;
  /** Compiled with the `u` flag; other flags cannot be said in JSON Schema and are refused. */
  readonly pattern?: RegExp | string;
  /** In characters (code points). Left out: 100,000 at most. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a list, or the names of a record. Left out: 1,000 at most. */
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The longest text of a field that does not say. */
export const DEFAULT_MAX_LENGTH = 100_000;
/** The most entries of a list or record that does not say. */
export const DEFAULT_MAX_ITEMS = 1_000;
