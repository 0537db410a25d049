/** Size of a JSON text. Exact for valid JSON, arbitrary for other bytes. */
export interface JsonShape {
  /** Number of nested levels of arrays and objects. */
  readonly depth: number;
  /** Number of JSON values: the outermost value, elements of arrays and members of objects. */
  readonly values: number;
  /** Number of elements if the text is an array; null if it is not. */
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
 * Measures a JSON text without parsing it. To parse a hostile body of a few megabytes takes a hundred times its size in
 * memory, while this function allocates nothing.
 */
export function shapeOf(text: Uint8Array): JsonShape {
  const isArray = firstByte(text) === OPEN_ARRAY;
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let elements = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at] ?? 0) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        values += 1;
        if (depth === 1) elements += 1;
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        if (depth > deepest) deepest = depth;
        // Counts the first value inside. Corrected at the closing bracket if there is none.
        values += 1;
        if (depth === 1) elements += 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (isEmptyContainer(text, at)) {
          values -= 1;
          if (depth === 1) elements -= 1;
        }
        depth -= 1;
        break;
    }
  }
  return { depth: deepest, values, elements: isArray ? elements : null };
}

/** Returns the index of the quote that ends the string beginning at `start`. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Returns true if only blanks are between this closing bracket and an opening bracket. */
function isEmptyContainer(text: Uint8Array, close: number): boolean {
  let at = close - 1;
  while (isBlank(text[at])) at -= 1;
  return text[at] === OPEN_ARRAY || text[at] === OPEN_OBJECT;
}

/** Returns the first byte after a byte order mark and blanks. */
function firstByte(text: Uint8Array): number | undefined {
  let at = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;
  while (isBlank(text[at])) at += 1;
  return text[at];
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;
}
