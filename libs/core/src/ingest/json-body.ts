import { isUtf8 } from 'node:buffer';

/** Maximum nesting depth. No real event nests deeper, and walking a deeper value would need a deep stack. */
const MAX_JSON_DEPTH = 64;
/** Maximum number of JSON values per event. The largest event in Capillary's documentation has 247 values. */
export const MAX_EVENT_VALUES = 20_000;

/** Parsed body, or the reason why the body cannot be parsed. */
export type ParsedBody =
  { readonly kind: 'parsed'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly reason: string };

/** Result of parsing the body of an ingest call. */
export type ParsedCall = ParsedBody | { readonly kind: 'tooManyEvents'; readonly count: number };

/** Limits of the body of an ingest call. */
export interface CallLimits {
  readonly maxEvents: number;
  /** True if an array is the content of one event. False if an array is an array of events. */
  readonly isOneEvent: boolean;
}

/** Parses a request body. Never throws. The reason contains no content of the body. */
export function parseJsonBody(raw: Uint8Array): ParsedBody {
  return parseWithin(raw, shapeOf(raw), Infinity);
}

/** Parses the body of one event. Never throws. The reason contains no content of the body. */
export function parseEventBody(raw: Uint8Array): ParsedBody {
  return parseWithin(raw, shapeOf(raw), MAX_EVENT_VALUES);
}

/**
 * Parses the body of an ingest call. Events are counted before parsing, so that a body with too many events costs only
 * a scan of its bytes. A single event with more than {@link MAX_EVENT_VALUES} values is unreadable. For an array of
 * events, the adapter checks this limit per event.
 */
export function parseCall(raw: Uint8Array, { maxEvents, isOneEvent }: CallLimits): ParsedCall {
  const shape = shapeOf(raw);
  const count = isOneEvent ? 1 : (shape.elements ?? 1);
  if (count > maxEvents) return { kind: 'tooManyEvents', count };
  return parseWithin(raw, shape, isOneEvent || shape.elements === null ? MAX_EVENT_VALUES : Infinity);
}

function parseWithin(raw: Uint8Array, shape: JsonShape, maxValues: number): ParsedBody {
  if (raw.length === 0) return { kind: 'unreadable', reason: 'The body is empty.' };
  if (!isUtf8(raw)) return { kind: 'unreadable', reason: 'The body is not UTF-8.' };
  if (shape.depth > MAX_JSON_DEPTH) {
    return { kind: 'unreadable', reason: `The body nests deeper than ${MAX_JSON_DEPTH} levels.` };
  }
  if (shape.values > maxValues) {
    return { kind: 'unreadable', reason: `The event has more than ${maxValues} values.` };
  }
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
  try {
    return { kind: 'parsed', value: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) };
  } catch {
    return { kind: 'unreadable', reason: 'The body is not valid JSON.' };
  }
}

/** Size of a JSON text. Exact for valid JSON, arbitrary for other bytes. */
export interface JsonShape {
  /** Number of nested levels of arrays and objects. */
  readonly depth: number;
  /** Number of JSON values: the outermost value, elements of arrays and members of objects. */
  readonly values: number;
  /** Number of elements if the text is an array; null if the text is not an array. */
  readonly elements: number | null;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Measures a JSON text without parsing it. Parsing a hostile body of a few megabytes needs a hundred times the body's
 * size in memory, whereas this function allocates nothing.
 */
export function shapeOf(text: Uint8Array): JsonShape {
  const hasByteOrderMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  const isArray = text[skipBlanks(text, hasByteOrderMark ? 3 : 0, 1)] === OPEN_ARRAY;
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let elements = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at] ?? 0) {
      case QUOTE:
        // Continue at the quote that ends the string.
        at += 1;
        while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
        break;
      case COMMA:
        values += 1;
        if (depth === 1) elements += 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        if (depth > deepest) deepest = depth;
        // Count the first value in the array or object. The closing bracket corrects the count if there is no value.
        values += 1;
        if (depth === 1) elements += 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT: {
        const before = text[skipBlanks(text, at - 1, -1)];
        if (before === OPEN_ARRAY || before === OPEN_OBJECT) {
          values -= 1;
          if (depth === 1) elements -= 1;
        }
        depth -= 1;
        break;
      }
    }
  }
  return { depth: deepest, values, elements: isArray ? elements : null };
}

/** Returns the index of the first byte that is not blank. The search begins at `at` and advances by `step`. */
function skipBlanks(text: Uint8Array, at: number, step: 1 | -1): number {
  let index = at;
  let byte = text[index];
  while (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) {
    index += step;
    byte = text[index];
  }
  return index;
}
