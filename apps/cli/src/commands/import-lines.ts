import type { JsonObject } from '@patchbay/core';
import { countAt, objectsAt, textAt } from '../api/json-reading.js';
import { printable } from '../output/printable.js';

/** Returns one line about the progress of an import. */
export function importLine(current: JsonObject): string {
  const state = textAt(current, 'state') ?? '?';
  const size = countAt(current, 'sizeBytes');
  const percent = (bytes: number): string => `${size === 0 ? 100 : Math.floor((bytes / size) * 100)} %`;
  if (state === 'uploading') return `uploading: ${percent(countAt(current, 'receivedBytes'))} of ${size} bytes`;
  const counts = ['accepted', 'duplicate', 'quarantined'].map((name) => `${countAt(current, name)} ${name}`);
  return `${state}: ${percent(countAt(current, 'importedBytes'))}, ${counts.join(', ')}`;
}

/** Returns one line per row that made no event. */
export function problemLines(ended: JsonObject): readonly string[] {
  return objectsAt(ended, 'problems').map(
    (problem) => `  line ${countAt(problem, 'line')}: ${printable(textAt(problem, 'reason') ?? '', 500)}`,
  );
}
