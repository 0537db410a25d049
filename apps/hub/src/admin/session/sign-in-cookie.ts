import { cookieNamed } from '../../http/cookie-named.js';

/** Name of the cookie that binds a sign-in at the identity provider to the browser that started it. */
const NAME = '__Host-patchbay-sign-in';
/** `Lax`, because the page of the provider sends the browser back. */
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';
/** Time for the sign-in at the provider, in seconds. */
const MAX_AGE_S = 600;

/** Returns the value of the cookie in a `Cookie` header; undefined if the header has none. */
export function signInCookieIn(cookies: string | undefined): string | undefined {
  return cookieNamed(NAME, cookies);
}

/** Returns the `Set-Cookie` header that stores the value for the time of a sign-in. */
export function signInCookie(value: string): string {
  return `${NAME}=${value}; ${ATTRIBUTES}; Max-Age=${MAX_AGE_S}`;
}

/** Returns the `Set-Cookie` header that removes the cookie. */
export function removedSignInCookie(): string {
  return `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
}
