import type { JsonObject } from '@patchbay/core';
import type { Fields } from './field.js';

/** One event type as the catalogue's files declare it; labels and groups are for people. */
export interface EventType {
  readonly type: string;
  readonly label: string;
  readonly fields: Fields;
  /** Invented values only. */
  readonly sample: JsonObject;
}

/** Event types that belong together. */
export interface EventGroup {
  readonly group: string;
  readonly types: readonly EventType[];
}
