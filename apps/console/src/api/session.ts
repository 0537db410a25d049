import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, BACKGROUND } from './client';
import { setConnection } from './connection';
import type { Answer } from './types';

/** Person or program that is signed in. */
export type Me = Answer<'/v1/me'>;

/** Role of a key that can sign in. Each role may do all that the roles before it may do. */
export type Role = 'viewer' | 'operator' | 'admin';

const ROLES: readonly string[] = ['viewer', 'operator', 'admin'] satisfies readonly Role[];

/** Returns true if `me` has the role or a higher role. The hub checks each call again. */
export function hasRole(me: Me, role: Role): boolean {
  return ROLES.indexOf(me.role) >= ROLES.indexOf(role);
}

/** Query of the caller. Its calls do not extend the session. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/me', { headers: BACKGROUND, signal })),
  refetchInterval: 60_000,
  retry: false,
});

const channel = new BroadcastChannel('patchbay-session');

/** Signs in with an API key or with the token of a one-time link. */
export async function signIn(body: { key: string } | { token: string }): Promise<Me> {
  const me = await answerOf(api.POST('/v1/session', { body }));
  setConnection({ sessionEnded: false });
  return me;
}

/** Extends the session, because a person asked for it. */
export async function extendSession(): Promise<Me> {
  return answerOf(api.GET('/v1/me'));
}

/** Ends the session in all tabs of this browser. */
export async function signOut(): Promise<void> {
  await api.DELETE('/v1/session');
  channel.postMessage('signed-out');
  leave();
}

/** Leaves the console when another tab signs out. */
export function followSignOut(): void {
  channel.onmessage = (message) => {
    if (message.data === 'signed-out') leave();
  };
}

/** Loads the sign-in page as a new document, so that nothing of the session stays in memory. */
function leave(): void {
  location.assign('/console/sign-in');
}
