import type { JsonObject } from '@patchbay/plugin-sdk';
import type { CancelOnSpec } from '../configuration/brand-definition.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { valueAt } from '../event/value-at.js';

/** How long before an event its cancelling event may have been received, in milliseconds. */
export const CANCELLING_EVENT_LOOKBACK_MS = 86_400_000;

/** The part of an event that its references are read from. */
export interface ReferringEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** References of an event: the value at the path of the rule, else those that the source's adapter reads. */
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

/** True if two events have a reference in common. */
export function shareReference(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((reference) => other.has(reference));
}

/** Reason of a delivery that an event cancelled. */
export function cancelReason({ type, id }: { readonly type: string; readonly id: string }): string {
  return `cancelled by ${type} ${id}`;
}
