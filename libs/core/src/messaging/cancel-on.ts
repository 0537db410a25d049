import type { JsonObject } from '@patchbay/plugin-sdk';
import type { CancelOnSpec } from '../configuration/brand-definition.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { valueAt } from '../event/value-at.js';

/** How long before an event the opposite of it may have been received, in milliseconds. */
export const EARLIEST_OPPOSITE_MS = 86_400_000;

/** What of an event says what it is about. */
export interface ReferringEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** What an event is about: the value at the path that the rule names, else what the source's adapter reads out of it. */
export function referencesOf(
  { type, data }: ReferringEvent,
  { reference }: CancelOnSpec,
  adapter: Pick<SourceAdapter, 'referencesOf'>,
): ReadonlySet<string> {
  if (reference === undefined) return new Set(adapter.referencesOf?.(type, data) ?? []);
  const value = valueAt(data, reference);
  const isReference = typeof value === 'number' || (typeof value === 'string' && value !== '');
  return new Set(isReference ? [String(value)] : []);
}

/** Whether two events are about the same: one thing in common is enough. */
export function shareReference(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((reference) => other.has(reference));
}

/** Why a message is not sent any more. */
export function cancelReason({ type, id }: { readonly type: string; readonly id: string }): string {
  return `cancelled by ${type} ${id}`;
}
