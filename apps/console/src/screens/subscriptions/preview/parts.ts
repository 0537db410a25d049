import { isMembers } from '../../../lib/merge-patch';
import type { Draft } from '../model/draft';
import type { Target } from '../model/route';

/** Message of a draft that a preview can show. */
export interface Part extends Target {
  /** `entry-2` for an entry of the route, `step-1` for a fallback step, and empty for what the event decides. */
  readonly key: string;
  /** Number of the entry, from 1. 0 if the event decides, or without a route. */
  readonly entry: number;
  /** Number of the fallback step, from 1. 0 for the message before all steps. */
  readonly step: number;
}

/** Returns the messages of a draft. The event decides the first message. */
export function partsOf({
  destination,
  mapping,
  route,
  messaging,
}: Pick<Draft, 'destination' | 'mapping' | 'route' | 'messaging'>): readonly [Part, ...Part[]] {
  const decided = { key: '', entry: 0, step: 0 };
  const first = route === null ? { ...decided, destination, mapping } : { ...decided, destination: '', mapping: null };
  const entries = (route ?? []).map((entry, index) => ({
    ...{ key: `entry-${index + 1}`, entry: index + 1, step: 0 },
    ...{ destination: entry.destination, mapping: entry.mapping },
  }));
  const steps = (messaging.fallback ?? []).map((step, index) => ({
    ...{ key: `step-${index + 1}`, entry: 0, step: index + 1 },
    ...{ destination: step.destination, mapping: isMembers(step.mapping) ? step.mapping : null },
  }));
  return [first, ...entries, ...steps];
}

/** Returns the message with a key. The first message if the draft has no such message. */
export function partOf(parts: readonly [Part, ...Part[]], key: string): Part {
  return parts.find((part) => part.key === key) ?? parts[0];
}
