import type { PgStatement } from './pg-pool.js';

/** Value of a parameter or of a row's column. Objects become JSON, bytes become `bytea`, undefined becomes NULL. */
export type SqlValue = string | number | boolean | object | null | undefined;

/** Columns of a list of rows: by the name of the column in SQL, its PostgreSQL type. */
type Columns = Readonly<Record<string, string>>;
/**
 * Parameters of a statement by name: either the PostgreSQL type of a single value, or the columns of a list of rows.
 */
type Parameters = Readonly<Record<string, string | Columns>>;

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;
type RowOf<C> = { readonly [Name in keyof C & string as CamelCase<Name>]: SqlValue };

/** Values for the parameters of a statement. In the rows of a list, each key is the camel case name of a column. */
export type ValuesOf<P> = { readonly [Name in keyof P]: P[Name] extends string ? SqlValue : readonly RowOf<P[Name]>[] };

/** Empty lists of rows to fill. Requires that all parameters of the statement are lists of rows. */
export type RowsOf<P> = { readonly [Name in keyof P]: RowOf<P[Name]>[] };

interface Column {
  readonly name: string;
  /** Name of the column in the row objects, in camel case. */
  readonly key: string;
  /** Array of the column's values in SQL, such as `$2::uuid[]`. */
  readonly sql: string;
}

interface Parameter {
  readonly name: string;
  /** SQL of a single value, such as `$1::bigint`. Null if the parameter is a list of rows. */
  readonly sql: string | null;
  /** Columns of a list of rows. Empty if the parameter is a single value. */
  readonly columns: readonly Column[];
}

/** Placeholders of parameters in a statement's text: `$value`, `$rows AS t`, `$rows(id, token) AS t`, `$rows.id`. */
const PLACEHOLDER = /\$([a-z]\w*)(?:\.([a-z]\w*)|(?:\(([\w, ]+)\))?( AS ([a-z]\w*)))?/g;

/**
 * SQL statement whose parameters have names. A list of rows takes one array per column, so that the statement's text
 * does not depend on the number of rows. In the text:
 *
 * - `$now` is a value.
 * - `$events AS t` is a table with all columns of a list of rows. `$events(id, type) AS t` has only the columns `id`
 *   and `type`.
 * - `$events.id` is the array of one column.
 */
export class Statement<P extends Parameters> {
  /** Text of the statement, with numbered parameters. */
  readonly text: string;
  private readonly parameters: readonly Parameter[];

  /** @param name name under which the statement is prepared. Undefined for a statement that is not prepared. */
  constructor(
    private readonly name: string | undefined,
    parameters: P,
    text: string,
  ) {
    this.parameters = numbered(parameters);
    const byName = new Map(this.parameters.map((parameter) => [parameter.name, parameter]));
    this.text = text.replaceAll(
      PLACEHOLDER,
      (match: string, parameterName: string, one?: string, some?: string, as?: string, alias?: string) => {
        const parameter = byName.get(parameterName);
        if (parameter === undefined) throw new Error(`The statement has no parameter ${match}.`);
        if (parameter.sql !== null) return parameter.sql + match.slice(parameterName.length + 1);
        if (one !== undefined) return columnNamed(parameter, one).sql;
        if (as === undefined) throw new Error(`The rows ${match} need a name: ${match} AS t.`);
        const columns =
          some === undefined ? parameter.columns : some.split(', ').map((column) => columnNamed(parameter, column));
        const arrays = columns.map((column) => column.sql).join(', ');
        return `unnest(${arrays}) AS ${alias} (${columns.map((column) => column.name).join(', ')})`;
      },
    );
  }

  /** Returns the statement with values for its parameters. */
  with(values: ValuesOf<P>): PgStatement {
    const given: Readonly<Record<string, unknown>> = values;
    const encoded: unknown[] = [];
    for (const { name, columns } of this.parameters) {
      const value = given[name];
      if (!isList(value)) encoded.push(value);
      else if (columns.length === 0) encoded.push(arrayLiteral(value));
      else for (const { key } of columns) encoded.push(columnLiteral(value, key));
    }
    return { name: this.name, text: this.text, values: encoded };
  }
}

/** Numbers the parameters of a statement: one number per single value, and one number per column of a list of rows. */
function numbered(parameters: Parameters): readonly Parameter[] {
  let last = 0;
  const place = (type: string): string => `$${(last += 1)}::${type}`;
  return Object.entries(parameters).map(([name, types]) => {
    if (typeof types === 'string') return { name, sql: place(types), columns: [] };
    const columns = Object.entries(types).map(([column, type]) => ({
      name: column,
      key: column.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      sql: place(`${type}[]`),
    }));
    return { name, sql: null, columns };
  });
}

function columnNamed({ name, columns }: Parameter, column: string): Column {
  const found = columns.find((one) => one.name === column);
  if (found === undefined) throw new Error(`The rows $${name} have no column ${column}.`);
  return found;
}

function isList(value: unknown): value is readonly Readonly<Record<string, SqlValue>>[] {
  return Array.isArray(value);
}

/** Encodes one column of a list of rows as a PostgreSQL array literal. */
function columnLiteral(rows: readonly Readonly<Record<string, SqlValue>>[], key: string): string {
  let literal = '';
  for (const row of rows) literal += (literal === '' ? '{' : ',') + element(row[key]);
  return literal === '' ? '{}' : `${literal}}`;
}

/**
 * Encodes an array as a PostgreSQL array literal. The driver can encode arrays too, but takes four times as long for
 * values that contain JSON. Also needed for arrays within a column, because PostgreSQL's nested arrays must have equal
 * lengths.
 */
export function arrayLiteral(values: readonly SqlValue[]): string {
  let literal = '';
  for (const value of values) literal += (literal === '' ? '{' : ',') + element(value);
  return literal === '' ? '{}' : `${literal}}`;
}

/**
 * Formats a date as PostgreSQL reads it. Before the year 1 and after 9999, the ISO form of JavaScript has a sign and a
 * year 0, which PostgreSQL refuses. A vendor may report such a time.
 */
function timestampText(date: Date): string {
  const iso = date.toISOString();
  const year = date.getUTCFullYear();
  if (year >= 1 && year <= 9_999) return iso;
  const rest = iso.slice(iso.indexOf('-', 1));
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

const NEEDS_ESCAPE = /["\\]/;
/** Characters that JSON escapes in another way than PostgreSQL: control characters and lone surrogates. */
const UNLIKE_JSON = /[^ -\ud7ff\ue000-\uffff]/;

/**
 * Encodes an element of an array literal. In a quoted text, PostgreSQL reads the character after a backslash literally.
 * `JSON.stringify` is the fastest way to quote, and is used if its result is the same.
 */
function element(value: SqlValue): string {
  let text = value;
  if (typeof text !== 'string') {
    if (text === null || text === undefined) return 'NULL';
    if (typeof text !== 'object') return String(text);
    if (text instanceof Uint8Array)
      return `"\\\\x${Buffer.from(text.buffer, text.byteOffset, text.length).toString('hex')}"`;
    if (text instanceof Date) return `"${timestampText(text)}"`;
    text = JSON.stringify(text);
  }
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  return UNLIKE_JSON.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
}

/**
 * Returns true if PostgreSQL's `text` type can hold the given texts. A text with NUL cannot be stored, so a search for
 * such a text finds nothing.
 */
export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\u0000'));
}

/**
 * Replaces NUL characters, because PostgreSQL text cannot store them and a NUL in a vendor's answer must not lose the
 * outcome.
 */
export function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\uFFFD');
}
