import { type Answer, answerOf, type RequestBody } from '@patchbay/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';
import { taggedAnswerOf, type Tagged } from '../../api/tagged';
import type { Change } from '../../ui/use-editing';

/** Source of a brand. */
export type Source = Answer<'/v1/brands/{brand}/sources/{name}'>;

/** Source that was saved, with the warnings about it. */
export type SavedSource = Answer<'/v1/brands/{brand}/sources/{name}', 'patch'>;

/** Reads a source with its entity tag. */
export function readSource(brand: string, name: string, signal?: AbortSignal): Promise<Tagged<Source>> {
  return taggedAnswerOf(api.GET('/v1/brands/{brand}/sources/{name}', { params: { path: { brand, name } }, signal }));
}

/** Query of a source with its entity tag. */
export const sourceQuery = (brand: string, name: string) =>
  queryOptions({
    queryKey: ['sources', brand, 'one', name],
    queryFn: ({ signal }) => readSource(brand, name, signal),
  });

/** Creates a source. */
export function createSource(brand: string, body: RequestBody<'/v1/brands/{brand}/sources', 'post'>): Promise<Source> {
  return answerOf(api.POST('/v1/brands/{brand}/sources', { params: { path: { brand } }, body }));
}

/** Changes a source and returns its new state. */
export function changeSource(
  brand: string,
  name: string,
  { patch, tag, atMost }: Change,
): Promise<Tagged<SavedSource>> {
  return taggedAnswerOf(
    api.PATCH('/v1/brands/{brand}/sources/{name}', {
      params: { path: { brand, name }, query: { atMost }, header: { 'If-Match': tag } },
      body: patch,
    }),
  );
}

/** Deletes a source. */
export async function deleteSource(brand: string, name: string, tag: string, atMost: number): Promise<void> {
  await api.DELETE('/v1/brands/{brand}/sources/{name}', {
    params: { path: { brand, name }, query: { atMost }, header: { 'If-Match': tag } },
  });
}

/**
 * Returns the URL to which a source posts its events, as this browser reaches the hub. Null for the source of the hub's
 * own events.
 */
export function ingestUrlOf({ ingestPath }: Source): string | null {
  return ingestPath === null ? null : location.origin + ingestPath;
}

/** Returns true if other computers cannot reach the address of this page. */
export function isLoopback(): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
}
