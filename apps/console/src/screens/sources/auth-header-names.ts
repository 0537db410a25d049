import { isMembers } from '../../lib/merge-patch';

/** Header that authenticates the callers of a source, and the number of secrets that are valid for it. */
export interface AuthHeaderName {
  readonly name: string;
  readonly secrets: number;
}

/** Returns the headers with which callers of a source authenticate, from the source's masked `auth`. */
export function authHeaderNames(auth: Readonly<Record<string, unknown>>): AuthHeaderName[] {
  const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
  const { headers, basic, bearer, standardWebhooks } = auth;
  return [
    ...(isMembers(headers) ? Object.entries(headers).map(([name, list]) => ({ name, secrets: count(list) })) : []),
    { name: 'Authorization: Basic', secrets: count(basic) },
    { name: 'Authorization: Bearer', secrets: count(bearer) },
    { name: 'webhook-signature', secrets: count(standardWebhooks) },
  ].filter(({ secrets }) => secrets > 0);
}
