import { type Answer, answerOf, type RequestBody } from '@patchbay/client';
import { api } from '../../api/client';
import { taggedAnswerOf, type Tagged } from '../../api/tagged';
import type { Change } from '../../ui/use-editing';

/** Destination of a brand. */
export type Destination = Answer<'/v1/brands/{brand}/destinations/{name}'>;

/** Result of a test of the credentials. */
export type Verification = Answer<'/v1/brands/{brand}/destinations/{name}/verify', 'post'>;

/** Values that a vendor offers for a setting. */
export type Choices = Answer<'/v1/brands/{brand}/destinations/{name}/choices/{field}', 'post'>;

/** Time between two reads of states and backlogs, in milliseconds. */
export const POLL_MS = 5_000;

const ONE = '/v1/brands/{brand}/destinations/{name}';

/** Key of the query of one destination. */
export const destinationKey = (brand: string, name: string): readonly string[] => ['destinations', brand, 'one', name];

/** Reads a destination with its entity tag. Each read by an operator is audited, because the answer has the callback URL. */
export function readDestination(brand: string, name: string, signal?: AbortSignal): Promise<Tagged<Destination>> {
  return taggedAnswerOf(api.GET(ONE, { params: { path: { brand, name } }, signal }));
}

/** Creates a destination. */
export function createDestination(
  brand: string,
  body: RequestBody<'/v1/brands/{brand}/destinations', 'post'>,
): Promise<Destination> {
  return answerOf(api.POST('/v1/brands/{brand}/destinations', { params: { path: { brand } }, body }));
}

/** Changes a destination and returns its new state. */
export function changeDestination(
  brand: string,
  name: string,
  { patch, tag, atMost }: Change,
): Promise<Tagged<Destination>> {
  const params = { path: { brand, name }, query: { atMost }, header: { 'If-Match': tag } };
  return taggedAnswerOf(api.PATCH(ONE, { params, body: patch }));
}

/** Deletes a destination. */
export async function deleteDestination(brand: string, name: string, tag: string, atMost: number): Promise<void> {
  await api.DELETE(ONE, { params: { path: { brand, name }, query: { atMost }, header: { 'If-Match': tag } } });
}

/** Tests the credentials. No customer gets a message. */
export function verifyDestination(brand: string, name: string): Promise<Verification> {
  return answerOf(api.POST('/v1/brands/{brand}/destinations/{name}/verify', { params: { path: { brand, name } } }));
}

/** Lists the values that the vendor offers for a setting. */
export function readChoices(brand: string, name: string, field: string): Promise<Choices> {
  return answerOf(
    api.POST('/v1/brands/{brand}/destinations/{name}/choices/{field}', { params: { path: { brand, name, field } } }),
  );
}

/** Pauses a destination. Its deliveries wait. */
export function pauseDestination(
  brand: string,
  name: string,
  body: RequestBody<'/v1/brands/{brand}/destinations/{name}/pause', 'post'>,
): Promise<Destination> {
  return answerOf(
    api.POST('/v1/brands/{brand}/destinations/{name}/pause', { params: { path: { brand, name } }, body }),
  );
}

/** Resumes a destination. */
export function resumeDestination(brand: string, name: string): Promise<Destination> {
  return answerOf(api.POST('/v1/brands/{brand}/destinations/{name}/resume', { params: { path: { brand, name } } }));
}

/** Starts a request to connect a destination. The browser then opens the page of the vendor. */
export function connectDestination(
  brand: string,
  name: string,
): Promise<Answer<'/v1/brands/{brand}/destinations/{name}/oauth/connect', 'post'>> {
  return answerOf(
    api.POST('/v1/brands/{brand}/destinations/{name}/oauth/connect', { params: { path: { brand, name } } }),
  );
}

/** Disconnects a destination and deletes its tokens. */
export async function disconnectDestination(brand: string, name: string): Promise<void> {
  await api.DELETE('/v1/brands/{brand}/destinations/{name}/oauth', { params: { path: { brand, name } } });
}

/** Replaces the callback URL. The previous URL stays valid for a while. */
export function rotateCallback(
  brand: string,
  name: string,
): Promise<Answer<'/v1/brands/{brand}/destinations/{name}/rotate-callback', 'post'>> {
  return answerOf(
    api.POST('/v1/brands/{brand}/destinations/{name}/rotate-callback', { params: { path: { brand, name } } }),
  );
}
