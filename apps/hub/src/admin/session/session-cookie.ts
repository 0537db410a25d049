import { cookieNamed } from '../../http/cookie-named.js';

/**
 * Name of the cookie with the token of a session. Because of the prefix `__Host-`, browsers accept the cookie only over
 * a secure connection and only for this host. No other host can set it.
 */
const NAME = '__Host-patchbay';
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** Returns the token in a `Cookie` header; undefined if the header has none. */
export function sessionTokenIn(cookies: string | undefined): string | undefined {
  return cookieNamed(NAME, cookies);
}

/** Returns the `Set-Cookie` header that stores a token until the browser is closed. The hub decides when it ends. */
export function sessionCookie(token: string): string {
  return `${NAME}=${token}; ${ATTRIBUTES}`;
}

/** Returns the `Set-Cookie` header that removes the cookie. */
export function removedSessionCookie(): string {
  return `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
}
