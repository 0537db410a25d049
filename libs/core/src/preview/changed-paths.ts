import type { JsonObject } from '@patchbay/plugin-sdk';
import { jsonChanges } from '../configuration/json-changes.js';
import type { PreviewedMessage } from './preview-message.js';

/** Previewed message with its destination. */
export interface AddressedMessage extends PreviewedMessage {
  /** Name of the destination. */
  readonly destination: string;
}

/**
 * Returns the paths at which two messages differ: `destination`, fields of the message, `problems`. A null message has
 * no fields.
 */
export function changedPaths(before: AddressedMessage | null, after: AddressedMessage | null): readonly string[] {
  return jsonChanges(comparable(before), comparable(after), { wholeLists: true }).map(({ field }) => field);
}

function comparable(made: AddressedMessage | null): JsonObject {
  if (made === null) return {};
  const { destination, message, problems } = made;
  return { destination, message, problems: problems.map((one) => ({ ...one })) };
}
