import { isUtf8 } from 'node:buffer';
import { shapeOf, type JsonShape } from './json-shape.js';

/** Maximum nesting depth. No event nests deeper, and walking a deeper value would need a deep stack. */
const MAX_JSON_DEPTH = 64;
/** Maximum values per event. The largest event that Capillary documents has 247. */
export const MAX_EVENT_VALUES = 20_000;

/** Parsed body, or the reason for which it cannot be parsed. */
export type ParsedBody =
  { readonly kind: 'parsed'; readonly value: unknown } | { readonly kind: 'unreadable'; readonly reason: string };

/** Result of parsing the body of an ingest call. */
export type ParsedCall = ParsedBody | { readonly kind: 'tooManyEvents'; readonly count: number };

/** Limits of the body of an ingest call. */
export interface CallLimits {
  readonly maxEvents: number;
  /** True if an array is the content of one event, not an array of events. */
  readonly isOneEvent: boolean;
}

/** Parses a request body. Never throws. The reason contains no content of the body. */
export function parseJsonBody(raw: Uint8Array): ParsedBody {
  return unreadableReason(raw) ?? parseText(raw);
}

/**
 * Parses the body of an ingest call. Events are counted before parsing, so that a body with too many events costs only a
 * scan of its bytes. A single event with more than {@link MAX_EVENT_VALUES} values is unreadable. In an array of events,
 * the adapter checks this.
 */
export function parseCall(raw: Uint8Array, { maxEvents, isOneEvent }: CallLimits): ParsedCall {
  const shape = shapeOf(raw);
  const count = isOneEvent ? 1 : (shape.elements ?? 1);
  if (count > maxEvents) return { kind: 'tooManyEvents', count };
  const unreadable = unreadableReason(raw, shape);
  if (unreadable !== undefined) return unreadable;
  if (shape.values > MAX_EVENT_VALUES && (isOneEvent || shape.elements === null)) {
    return { kind: 'unreadable', reason: `The event has more than ${MAX_EVENT_VALUES} values.` };
  }
  return parseText(raw);
}

function unreadableReason(raw: Uint8Array, shape: JsonShape = shapeOf(raw)): ParsedBody | undefined {
  if (raw.length === 0) return { kind: 'unreadable', reason: 'The body is empty.' };
  if (!isUtf8(raw)) return { kind: 'unreadable', reason: 'The body is not UTF-8.' };
  if (shape.depth <= MAX_JSON_DEPTH) return undefined;
  return { kind: 'unreadable', reason: `The body nests deeper than ${MAX_JSON_DEPTH} levels.` };
}

function parseText(raw: Uint8Array): ParsedBody {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  try {
    return { kind: 'parsed', value: JSON.parse(text) };
  } catch {
    return { kind: 'unreadable', reason: 'The body is not valid JSON.' };
  }
}
