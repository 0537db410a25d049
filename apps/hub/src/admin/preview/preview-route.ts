import {
  brandView,
  candidatesOf,
  filterScope,
  mappedDestinations,
  previewRoute,
  routePaths,
  type BrandRecord,
  type CompiledBrand,
  type EntryPreview,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import { fieldProblem } from './field-problem.js';
import { targetWith, type PreviewTarget } from './preview-target.js';
import type { PreviewedRouteDto } from './preview.dto.js';
import type { PreviewedEvent } from './previewed-event.service.js';

/** Target of a preview whose route entry is known. */
export interface RoutedTarget {
  readonly target: PreviewTarget;
  /** Null if the subscription has no route, or if a step of the fallback is previewed. */
  readonly route: PreviewedRouteDto | null;
}

/**
 * Finds the route entry whose message a preview shows: the given entry, or the first entry that may match. Fetches no
 * facts. Throws a ProblemError if the subscription does not have the entry.
 * @param entry number of the entry, from 1; undefined to evaluate the route
 */
export function routedTarget(
  target: PreviewTarget,
  { envelope, hidden }: Pick<PreviewedEvent, 'envelope' | 'hidden'>,
  { brand, configuration }: { readonly brand: BrandRecord; readonly configuration: CompiledBrand },
  entry: number | undefined,
): RoutedTarget {
  const { subscription, step } = target;
  const route = step === 0 ? subscription?.route : undefined;
  if (subscription === null || route === undefined) {
    if (entry !== undefined) throw fieldProblem('entry', 'requires a subscription with a route, and no step');
    return { target, route: null };
  }
  const previews = previewRoute(route, filterScope(envelope, brandView(brand)), hidden);
  const [first] = candidatesOf(previews);
  const shown = entry ?? first ?? 0;
  const mapped = mappedDestinations(subscription)[shown - 1];
  if (entry !== undefined && mapped === undefined) {
    throw fieldProblem('entry', `the route of ${subscription.name} has ${route.length} entries: choose one of them`);
  }
  return {
    target: mapped === undefined ? target : targetWith(target, mapped, configuration),
    route: {
      shown,
      isDecided: shown === first && previews[shown - 1]?.kind === 'matched',
      entries: entriesView(subscription, previews, configuration),
    },
  };
}

function entriesView(
  { route = [] }: SubscriptionVersionRecord,
  previews: readonly EntryPreview[],
  configuration: CompiledBrand,
): PreviewedRouteDto['entries'] {
  return route.map((record, index) => {
    const kind = previews[index]?.kind ?? 'notEvaluated';
    return {
      entry: index + 1,
      destination: configuration.destinations.get(record.destinationId)?.name ?? null,
      paths: routePaths(record),
      result: kind === 'notEvaluated' ? null : kind,
    };
  });
}
