import type { JsonObject } from '@patchbay/core';
import type { Fields } from './field.js';

/** Event type of the catalogue. Label and group are for display. */
export interface EventType {
  readonly type: string;
  readonly label: string;
  readonly fields: Fields;
  /** Sample data with invented values. */
  readonly sample: JsonObject;
}

/** Group of related event types. */
export interface EventGroup {
  readonly group: string;
  readonly types: readonly EventType[];
}
