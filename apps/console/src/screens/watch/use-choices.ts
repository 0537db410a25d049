import { useQuery } from '@tanstack/react-query';
import {
  destinationsQuery,
  lookupsQuery,
  seenEventTypesQuery,
  sourcesQuery,
  subscriptionsQuery,
} from '../../api/queries';
import { useBrand } from '../../lib/use-brand';
import type { Choice } from './choice-filter';

/** Time for which the choices of a filter are kept, in milliseconds. */
const KEPT_MS = 60_000;

const NONE: readonly Choice[] = [];

/** Returns the brand's destinations as choices of a filter. */
export function useDestinationChoices(): readonly Choice[] {
  return useQuery({ ...destinationsQuery(useBrand()), select: choicesOf, staleTime: KEPT_MS }).data ?? NONE;
}

/** Returns the brand's subscriptions as choices of a filter. */
export function useSubscriptionChoices(): readonly Choice[] {
  return useQuery({ ...subscriptionsQuery(useBrand()), select: choicesOf, staleTime: KEPT_MS }).data ?? NONE;
}

/** Returns the brand's sources as choices of a filter. */
export function useSourceChoices(): readonly Choice[] {
  return useQuery({ ...sourcesQuery(useBrand()), select: choicesOf, staleTime: KEPT_MS }).data ?? NONE;
}

/** Returns the event types of the last seven days as choices of a filter. */
export function useEventTypeChoices(): readonly Choice[] {
  return useQuery({ ...seenEventTypesQuery(useBrand()), select: typesOf, staleTime: KEPT_MS }).data ?? NONE;
}

/** Returns the brand's paused lookups as choices of a filter. */
export function usePausedLookupChoices(): readonly Choice[] {
  return useQuery({ ...lookupsQuery(useBrand()), select: pausedOf, staleTime: KEPT_MS }).data ?? NONE;
}

function pausedOf({
  data,
}: {
  readonly data: readonly { readonly name: string; readonly paused: boolean }[];
}): Choice[] {
  return choicesOf({ data: data.filter(({ paused }) => paused) });
}

function choicesOf({ data }: { readonly data: readonly { readonly name: string }[] }): Choice[] {
  return data.map(({ name }) => ({ value: name, label: name }));
}

function typesOf({ data }: { readonly data: readonly { readonly type: string }[] }): Choice[] {
  return data.map(({ type }) => ({ value: type, label: type }));
}
