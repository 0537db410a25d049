import type { JsonObject } from '@patchbay/core';
import { numberAt, textAt } from '../api/json-reading.js';
import { printable } from '../output/printable.js';

/** Formats the place of a message in a batch, such as `item 12 of 75 in batch 4b1f…`. */
export function placeInBatch(batch: JsonObject): string {
  const id = printable(textAt(batch, 'id') ?? '?');
  return `item ${numberAt(batch, 'item')} of ${numberAt(batch, 'size')} in batch ${id}`;
}
