import { type Answer, answerOf } from '@patchbay/client';
import { queryOptions } from '@tanstack/react-query';
import { api, BACKGROUND } from './client';
import { setConnection } from './connection';

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

/** Query of the identity provider at which people can sign in. The provider is null if only keys are accepted. */
export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/sign-in', { headers: BACKGROUND, signal })),
  staleTime: Infinity,
});

const channel = new BroadcastChannel('patchbay-session');

/** Page that tells the other tabs that somebody has signed in. */
const SIGNED_IN_PAGE = '/console/signed-in';

/** Returns the address that starts a sign-in at the identity provider. @param page page of the console to open afterwards */
export function providerSignInPath(page: string): string {
  return `/v1/sign-in/start?${new URLSearchParams({ return: page }).toString()}`;
}

/** Opens a window that signs in at the identity provider. The page stays open, so drafts stay. */
export function signInInWindow(): void {
  window.open(providerSignInPath(SIGNED_IN_PAGE), 'patchbay-sign-in', 'popup,width=520,height=720');
}

/** Tells the other tabs that somebody has signed in in this tab. */
export function announceSignIn(): void {
  channel.postMessage('signed-in');
}

/** Calls the listener when somebody has signed in in another tab. Returns the function that ends this. */
export function onSignIn(listener: () => void): () => void {
  const receive = ({ data }: MessageEvent): void => {
    if (data === 'signed-in') listener();
  };
  channel.addEventListener('message', receive);
  return () => channel.removeEventListener('message', receive);
}

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

/** Reads the caller after a sign-in in another tab. */
export async function readNewSession(): Promise<Me> {
  const me = await answerOf(api.GET('/v1/me', { headers: BACKGROUND }));
  setConnection({ sessionEnded: false });
  return me;
}

/** Ends the session in all tabs of this browser, and the session of a person at the identity provider. */
export async function signOut({ personId }: Pick<Me, 'personId'>): Promise<void> {
  await api.DELETE('/v1/session');
  channel.postMessage('signed-out');
  if (personId === null) leave();
  else location.assign('/v1/sign-in/end');
}

/** Leaves the console when another tab signs out. */
export function followSignOut(): void {
  channel.addEventListener('message', ({ data }) => {
    if (data === 'signed-out') leave();
  });
}

/** Loads the sign-in page as a new document, so that nothing of the session stays in memory. */
function leave(): void {
  location.assign('/console/sign-in');
}
