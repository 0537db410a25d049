import { apiPath } from './api-path.js';
import { textAt } from './json-reading.js';
import type { HubClient } from './hub-client.js';

/** One-time link that opens the console signed in. */
export interface ConsoleLink {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Makes a link that signs in with the rights of the client's key. The token is in the fragment, which is never sent. */
export async function consoleLink(client: HubClient): Promise<ConsoleLink> {
  const made = await client.post(apiPath('/v1/session/links'));
  const { url } = client.address;
  return {
    url: `${url.replace(/\/$/, '')}/console/sign-in#token=${textAt(made, 'token') ?? ''}`,
    expiresAt: textAt(made, 'expiresAt') ?? '',
  };
}
