import {
  mappedDestinations,
  previewRoute,
  type MappedDestination,
  type RouteScope,
  type SubscriptionVersionRecord,
  type TrialEffect,
} from '@patchbay/core';
import type { HiddenPath } from '@patchbay/mapping';

/** Part of a version that makes the message of an event: the version's own mapping, or an entry of its route. */
export interface TrialPart {
  /** Null if no entry of the route matches, or if the choice is undetermined. */
  readonly mapped: MappedDestination | null;
  /** Clause of a route that reads a value which the trial does not have. Null if the part is known. */
  readonly undetermined: TrialEffect['clause'];
}

/** Part of a version that makes no message. */
export const NO_PART: TrialPart = { mapped: null, undetermined: null };

/** Finds the part of a version that makes the message of an event. Fetches no facts. */
export function trialPart(
  version: SubscriptionVersionRecord,
  scope: RouteScope,
  hidden: readonly HiddenPath[],
): TrialPart {
  const destinations = mappedDestinations(version);
  if (version.route === undefined) return { mapped: destinations[0] ?? null, undetermined: null };
  const previews = previewRoute(version.route, scope, hidden);
  const first = previews.findIndex(({ kind }) => kind === 'matched' || kind === 'undetermined');
  const preview = previews[first];
  if (preview === undefined) return NO_PART;
  if (preview.kind === 'undetermined') return { mapped: null, undetermined: preview.clause ?? UNKNOWN };
  return { mapped: destinations[first] ?? null, undetermined: null };
}

/** Clause of an entry whose filter exceeds its work budget. */
const UNKNOWN = { path: '', operator: '', expected: null, actual: 'filter budget exceeded' };
