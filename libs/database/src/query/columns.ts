const NEEDS_ESCAPE = /["\\]/;
/** Characters that JSON escapes differently from PostgreSQL: control characters and lone surrogates. */
const UNLIKE_JSON = /[^ -\ud7ff\ue000-\uffff]/;

/**
 * Encodes arrays of simple values as PostgreSQL array literals; leaves other values to the driver. The driver can
 * encode arrays too, but takes four times as long for columns that hold JSON.
 */
export function encodedValues(values: readonly unknown[]): unknown[] {
  return values.map((value) => (isSimpleArray(value) ? arrayLiteral(value) : value));
}

type Simple = string | number | boolean | Buffer | null;

function isSimpleArray(value: unknown): value is readonly Simple[] {
  return Array.isArray(value) && value.every(isSimple);
}

function isSimple(value: unknown): value is Simple {
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' || value === null || Buffer.isBuffer(value);
}

/**
 * Encodes an array as a PostgreSQL literal. Use it for arrays of different lengths within an array, because
 * PostgreSQL's nested arrays must have equal lengths.
 */
export function arrayLiteral(values: readonly Simple[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: Simple): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'NULL';
  return typeof value === 'object' ? `"\\\\x${value.toString('hex')}"` : String(value);
}

/**
 * Quotes a text. In a quoted text, PostgreSQL reads the character after a backslash literally. `JSON.stringify` is the
 * fastest way if it gives the same result.
 */
function quoted(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  return UNLIKE_JSON.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
}
