import { type Answer, answerOf, type Entry } from '@patchbay/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';

/** Destination type in the catalogue. */
export type TypeSummary = Entry<'/v1/destination-types'>;

/** Destination type with its README. */
export type DestinationType = Answer<'/v1/destination-types/{type}'>;

/** Query of all destination types. Plugins change only with a restart of the hub. */
export const typesQuery = queryOptions({
  queryKey: ['types', 'list'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/destination-types', { params: { query: { limit: 200 } }, signal })),
  staleTime: 600_000,
});

/** Returns the query of one destination type with its README. */
export const typeQuery = (type: string) =>
  queryOptions({
    queryKey: ['types', 'one', type],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/destination-types/{type}', { params: { path: { type } }, signal })),
    staleTime: 600_000,
  });

/** Order of the categories: what customers see first. */
const CATEGORIES = ['sms', 'email', 'push', 'webhook', 'commerce', 'survey'];

/** Groups destination types by category. Groups that have no type are left out. */
export function byCategory(
  types: readonly TypeSummary[],
): (readonly [category: string, types: readonly TypeSummary[]])[] {
  const names = [...new Set([...CATEGORIES, ...types.map(({ category }) => category)])];
  return names
    .map((name) => [name, types.filter(({ category }) => category === name)] as const)
    .filter(([, group]) => group.length > 0);
}
