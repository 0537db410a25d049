const NEEDS_ESCAPE = /["\\]/;
/** What JSON writes in a way of its own: control characters, and halves of characters. */
const UNLIKE_JSON = /[^ -\ud7ff\ue000-\uffff]/;

/**
 * The values of a statement as they go to the driver: arrays as PostgreSQL's text for them, all else as it is. The driver
 * writes them too, and takes four times as long for columns that hold JSON.
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

/** An array as PostgreSQL writes it: for one that is a value among others, since arrays of arrays must all be as long. */
export function arrayLiteral(values: readonly Simple[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: Simple): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'NULL';
  return typeof value === 'object' ? `"\\\\x${value.toString('hex')}"` : String(value);
}

/** In quotes PostgreSQL takes what follows a backslash as it is. JSON's own quoting is the quickest, where it does the same. */
function quoted(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  return UNLIKE_JSON.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
}
