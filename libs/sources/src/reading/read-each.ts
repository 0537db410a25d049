import { MAX_EVENT_VALUES, type Json, type ReadResult } from '@patchbay/core';
import { asJson } from './as-json.js';

/** Result of reading one element: an event, or the reason why it is unreadable. */
export type ElementReading =
  Extract<ReadResult, { kind: 'event' }> | { readonly kind: 'unreadable'; readonly reason: string };

const TOO_LARGE = `more than ${MAX_EVENT_VALUES} values, or nested too deeply`;

/** Returns an unreadable result. The reason is for people and never quotes the body. */
export function unreadable(reason: string): ElementReading {
  return { kind: 'unreadable', reason };
}

/** Reads a body with one event or an array of events. Returns unreadable elements unchanged. */
export function readEach(
  body: unknown,
  read: (element: Json) => ElementReading,
  nameOf?: (key: string) => string,
): readonly ReadResult[] {
  const elements: readonly unknown[] = Array.isArray(body) ? body : [body];
  return elements.map((raw): ReadResult => {
    const element = asJson(raw, nameOf);
    const reading = element === null ? unreadable(raw === null ? 'the event is null' : TOO_LARGE) : read(element);
    return reading.kind === 'event' ? reading : { ...reading, raw };
  });
}
