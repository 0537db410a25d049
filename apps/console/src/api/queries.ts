import { answerOf } from '@patchbay/client';
import { queryOptions } from '@tanstack/react-query';
import { api, BACKGROUND } from './client';

/*
 * Reads that several areas share: one key per read, so that a read is made once and a change shows everywhere. Areas
 * that follow the state add a `refetchInterval`. The calls do not extend the session.
 */

/** Time for which lists that change with the version of the hub are kept, in milliseconds. */
const CATALOGUE_MS = 300_000;

/** Largest number of causes of failures that the hub returns. */
export const MOST_CAUSES = 200;

/** Name of the source of events of the hub about itself, and of its adapter. */
export const OPERATIONAL_SOURCE = 'patchbay';

/** Query of a brand's sources. The first 200, by name. */
export const sourcesQuery = (brand: string) =>
  queryOptions({
    queryKey: ['sources', brand, 'all'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/brands/{brand}/sources', allOf(brand, signal))),
  });

/** Query of a brand's destinations with their state, without callback URLs. The first 200, by name. */
export const destinationsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['destinations', brand, 'all'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/brands/{brand}/destinations', allOf(brand, signal))),
  });

/** Query of a brand's subscriptions. The first 200, by name. */
export const subscriptionsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['subscriptions', brand, 'all'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/brands/{brand}/subscriptions', allOf(brand, signal))),
  });

/** Query of the lookups in a brand's own systems, with their state. */
export const lookupsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['lookups', brand],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/brands/{brand}/lookups', { params: { path: { brand } }, signal, headers: BACKGROUND })),
  });

/** Query of the event types that a brand received in the last seven days. */
export const seenEventTypesQuery = (brand: string) =>
  queryOptions({
    queryKey: ['seen-event-types', brand],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/v1/brands/{brand}/seen-event-types', { params: { path: { brand } }, signal, headers: BACKGROUND }),
      ),
    staleTime: 30_000,
  });

/** Query of the event types that adapters declare. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/event-types', { params: { query: { limit: 200 } }, signal })),
  staleTime: CATALOGUE_MS,
});

/** Query of backlogs and rates of all brands that the caller may see. */
export const statsQuery = queryOptions({
  queryKey: ['stats'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/stats', { signal, headers: BACKGROUND })),
});

function allOf(brand: string, signal: AbortSignal) {
  return { params: { path: { brand }, query: { limit: 200 } }, signal, headers: BACKGROUND };
}
