import { type Answer, answerOf, type Entry } from '@patchbay/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';
import { taggedAnswerOf } from '../../api/tagged';
import { isMembers } from '../../lib/merge-patch';
import type { SavedWarning } from '../../ui/saved-warnings';
import { draftOf, type Draft, type Subscription } from './model/draft';

/** Event type that an adapter declares. */
export type EventType = Entry<'/v1/event-types'>;

/** Subscription as it was read, with the tag that a change sends back. */
export interface Loaded {
  readonly stored: Subscription;
  readonly draft: Draft;
  readonly etag: string;
  /** Warnings of the save that returned the subscription. Empty if it was read. */
  readonly warnings: readonly SavedWarning[];
}

/** An event does not change, so its values are kept for this time, in milliseconds. */
const KEPT_MS = 300_000;
/** Time for which the counts of deliveries are kept, in milliseconds. */
const COUNTS_MS = 60_000;

/** Query of a subscription. */
export const subscriptionQuery = (brand: string, name: string) =>
  queryOptions({
    queryKey: ['subscriptions', brand, 'one', name],
    queryFn: ({ signal }) => loadSubscription(brand, name, signal),
    // A form must not change under the person who edits it.
    staleTime: Infinity,
    refetchOnMount: 'always',
  });

/** Reads a subscription with its entity tag. */
export function loadSubscription(brand: string, name: string, signal?: AbortSignal): Promise<Loaded> {
  return loadedFrom(api.GET('/v1/brands/{brand}/subscriptions/{name}', { params: { path: { brand, name } }, signal }));
}

/** Waits for a call that returns a subscription, and returns the subscription with its draft and entity tag. */
export async function loadedFrom(
  call: Promise<{ data?: Subscription & { warnings?: readonly SavedWarning[] }; response: Response }>,
): Promise<Loaded> {
  const { value, tag } = await taggedAnswerOf(call);
  return { stored: value, draft: draftOf(value), etag: tag, warnings: value.warnings ?? [] };
}

/** Deliveries of a subscription in the last 24 hours, by outcome. */
export type SubscriptionCounts = Answer<'/v1/brands/{brand}/stats/subscriptions'>['data'][number];

/** Query of the deliveries of the last 24 hours, by the name of the subscription. */
export const countsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['subscriptions', brand, 'counts'],
    queryFn: async ({ signal }) => {
      const params = { path: { brand } };
      const { data } = await answerOf(api.GET('/v1/brands/{brand}/stats/subscriptions', { params, signal }));
      return new Map(data.map((counts) => [counts.subscription, counts]));
    },
    staleTime: COUNTS_MS,
  });

/** Names of the data that the enrichment of Capillary fetches. */
const CAPILLARY_ENRICHMENTS = ['customer', 'points', 'tier', 'transaction'];

/** Query of the names of a brand's enrichments. */
export const enrichmentsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['subscriptions', brand, 'enrichments'],
    queryFn: async ({ signal }) => {
      const { enrichment } = await answerOf(api.GET('/v1/brands/{brand}', { params: { path: { brand } }, signal }));
      const { capillary, http } = enrichment ?? {};
      return [...(capillary === undefined ? [] : CAPILLARY_ENRICHMENTS), ...(isMembers(http) ? Object.keys(http) : [])];
    },
  });

/** Query of an event, for the values that completion shows. */
export const eventQuery = (brand: string, id: string) =>
  queryOptions({
    queryKey: ['events', brand, 'one', id, 'for-preview'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/brands/{brand}/events/{id}', { params: { path: { brand, id } }, signal })),
    staleTime: KEPT_MS,
    enabled: id !== '',
  });
