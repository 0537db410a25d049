import { createHmac, timingSafeEqual } from 'node:crypto';

/** Secrets of one sign-in at the identity provider. */
export interface SignInSecrets {
  /** Text that the provider sends back. It shows that the same browser started the sign-in. */
  readonly state: string;
  /** Text that the ID token contains. It shows that the token was made for this sign-in. */
  readonly nonce: string;
  /** Text of which the provider knows only the hash until the hub redeems the code (PKCE). */
  readonly codeVerifier: string;
}

/**
 * Returns the secrets of a sign-in. They are derived from the token in the browser's cookie, so that the hub stores
 * nothing for people who have not signed in.
 */
export function signInSecrets(token: string): SignInSecrets {
  const derived = (purpose: string): string => createHmac('sha256', token).update(purpose).digest('base64url');
  return { state: derived('state'), nonce: derived('nonce'), codeVerifier: derived('code verifier') };
}

/** Returns true if a provider sent back the state of a sign-in. */
export function isStateOf({ state }: Pick<SignInSecrets, 'state'>, sentBack: unknown): boolean {
  if (typeof sentBack !== 'string') return false;
  const [own, other] = [Buffer.from(state), Buffer.from(sentBack)];
  return own.length === other.length && timingSafeEqual(own, other);
}

const START = '/console';
/** Base that makes a path a URL. The name is reserved, so no site has it. */
const BASE = 'https://hub.invalid';
const MAX_LENGTH = 1_000;

/**
 * Returns the page of the console to open after a sign-in: the wanted path, or the start page. Anybody can write a link
 * to the sign-in, so another site must never be opened.
 */
export function consolePath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > MAX_LENGTH || !wanted.startsWith('/')) return START;
  if (!URL.canParse(wanted, BASE)) return START;
  const { origin, pathname, search } = new URL(wanted, BASE);
  return origin === BASE && /^\/console(?:\/|$)/.test(pathname) ? pathname + search : START;
}
