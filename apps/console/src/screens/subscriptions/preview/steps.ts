import { isMembers } from '../../../lib/merge-patch';
import type { Draft } from '../model/draft';
import type { JsonObject } from '../model/json';

/** Returns the step whose message is shown: the wanted one, or 0 if the draft has no such step. */
export function shownStep({ messaging }: Pick<Draft, 'messaging'>, wanted: number): number {
  return Number.isInteger(wanted) && wanted > 0 && wanted <= (messaging.fallback ?? []).length ? wanted : 0;
}

/** Returns the destinations of a draft in the order in which they are tried: the index is the number of the step. */
export function stepDestinations({ destination, messaging }: Pick<Draft, 'destination' | 'messaging'>): string[] {
  return [destination, ...(messaging.fallback ?? []).map((step) => step.destination)];
}

/** Returns the mapping of a step. Null if the step uses the preset of its destination type. */
export function stepMapping(
  { mapping, messaging }: Pick<Draft, 'mapping' | 'messaging'>,
  step: number,
): JsonObject | null {
  if (step === 0) return mapping;
  const own = messaging.fallback?.[step - 1]?.mapping;
  return isMembers(own) ? own : null;
}
