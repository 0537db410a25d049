import type { JsonObject } from '@patchbay/core';
import { objectsAt, textAt } from '../api/json-reading.js';
import { printable } from '../output/printable.js';

/** Maximum length of a printed value, in characters. */
const MAX_VALUE = 200;

/** Formats the changed fields of an object in a response of `apply`: `mapping.body: "Hi" → "Hello"`. */
export function fieldChangeLines(answer: JsonObject, kind: string, name: string): readonly string[] {
  return objectsAt(answer, 'fieldChanges')
    .filter((change) => textAt(change, 'kind') === kind && textAt(change, 'name') === name)
    .map((change) => changeLine(textAt(change, 'field') ?? '', change.before, change.after));
}

/** Formats the change of a value: `body: "Hi" → "Hello"`. */
export function changeLine(field: string, before: unknown, after: unknown): string {
  return `    ${printable(field)}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return printable(text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text, MAX_VALUE + 1);
}
