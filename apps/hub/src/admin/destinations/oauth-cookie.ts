import { OAUTH_REQUEST_MS } from '@patchbay/core';
import { cookieNamed } from '../../http/cookie-named.js';

/** Name of the cookie that binds a request to connect to the browser that started it. */
const NAME = '__Host-patchbay-oauth';
/** `Lax`, because the vendor's page sends the browser back. The browser sends `Strict` cookies only from pages of the hub. */
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';

/** Returns the token in a `Cookie` header; undefined if the header has none. */
export function browserTokenIn(cookies: string | undefined): string | undefined {
  return cookieNamed(NAME, cookies);
}

/** Returns the `Set-Cookie` header that stores a token as long as a request to connect is valid. */
export function browserCookie(token: string): string {
  return `${NAME}=${token}; ${ATTRIBUTES}; Max-Age=${OAUTH_REQUEST_MS / 1_000}`;
}

/** Returns the `Set-Cookie` header that removes the cookie. */
export function removedBrowserCookie(): string {
  return `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
}
