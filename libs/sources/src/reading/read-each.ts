import { MAX_EVENT_VALUES, type Json, type ReadResult } from '@patchbay/core';
import { asJson } from './as-json.js';

/** What an adapter makes of one element: an event, or the reason why it cannot be read. */
export type ElementReading =
  Extract<ReadResult, { kind: 'event' }> | { readonly kind: 'unreadable'; readonly reason: string };

const TOO_LARGE = `more than ${MAX_EVENT_VALUES} values, or nested too deeply`;

/** A reading that says why; the reason is for people and never quotes the body. */
export function unreadable(reason: string): ElementReading {
  return { kind: 'unreadable', reason };
}

/** Reads a body that is one event or an array of them; what cannot be read comes back as it came. */
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
