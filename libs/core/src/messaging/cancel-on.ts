import type { JsonObject } from '@patchbay/plugin-sdk';
import type { CancelOnSpec } from '../configuration/brand-definition.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { valueAt } from '../event/paths.js';

/** Maximum time by which a cancelling event may be received before the event that it cancels, in milliseconds. */
export const CANCELLING_EVENT_LOOKBACK_MS = 86_400_000;

/** Parts of an event from which its references are read. */
export interface ReferringEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/**
 * Returns the references of an event, such as bill numbers. If the rule names a path, the reference is the value at that
 * path. Otherwise the source's adapter reads the references.
 */
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

/** Returns true if two events have a reference in common. */
export function shareReference(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((reference) => other.has(reference));
}

/** Returns the reason stored with a delivery that an event cancelled. */
export function cancelReason({ type, id }: { readonly type: string; readonly id: string }): string {
  return `cancelled by ${type} ${id}`;
}
