import { ADMIN_KEY, at, call, type Answer, type TestHub } from './test-hub.js';

/** Headers that the console's scripts send with a request that changes something, besides the cookie. */
export function consoleHeaders(hub: TestHub): Record<string, string> {
  return { origin: hub.url, 'x-patchbay-console': '1', 'content-type': 'application/json' };
}

/** Posts a sign-in to the hub as the console does. Headers may be replaced. */
export function postSignIn(hub: TestHub, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return call(`${hub.url}/v1/session`, 'POST', body, { ...consoleHeaders(hub), ...headers });
}

/** Signs in to the console. Returns the headers with which the console calls the API. */
export async function signIn(hub: TestHub, key: string = ADMIN_KEY): Promise<Record<string, string>> {
  return { ...consoleHeaders(hub), cookie: cookieIn(await postSignIn(hub, { key })) };
}

/** Returns the `Cookie` header for the cookie that a sign-in has set. */
export function cookieIn(answer: Answer): string {
  const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
  if (cookie === undefined || cookie === '') throw new Error(`The sign-in set no cookie. It answered: ${answer.text}`);
  return cookie;
}

/** Returns a link that opens the console signed in with the rights of a key, once. */
export async function consoleLink(hub: TestHub, key: string = ADMIN_KEY): Promise<string> {
  const made = await call(`${hub.url}/v1/session/links`, 'POST', undefined, { authorization: `Bearer ${key}` });
  if (made.status !== 201) throw new Error(`The hub made no sign-in link. It answered: ${made.text}`);
  return `${hub.url}/console/sign-in#token=${String(at(made.body, 'token'))}`;
}
