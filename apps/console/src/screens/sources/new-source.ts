import type { RequestBody } from '@patchbay/client';

/** Format of the events that a source receives. */
export const ADAPTERS = ['capillary', 'cloudevents', 'json'] as const;

/** Way in which the callers of a source authenticate: a header of its own, or `Authorization: Bearer`. */
export type AuthMethod = 'header' | 'bearer';

/** Fields of the form for a new source. None of them is secret. */
export interface SourceDraft {
  readonly name: string;
  readonly adapter: string;
  readonly method: AuthMethod;
  readonly header: string;
  /** Only for the adapter `json`: paths of the parts of an event in the body. */
  readonly paths: Readonly<Record<string, string>>;
  /** Template of the identifier of a customer. Empty for the platform's id. */
  readonly customer: string;
}

/** Parts of an event that the adapter `json` reads from paths. */
export const JSON_PATHS = ['id', 'type', 'occurredAt', 'customerId', 'data'] as const;

/** Returns the form for a first source of a brand. */
export function firstDraft(brand: string): SourceDraft {
  return {
    name: 'capillary',
    adapter: 'capillary',
    method: 'header',
    header: `x-${brand}-token`,
    paths: {},
    customer: '',
  };
}

/** Returns the body that creates a source with a secret. */
export function sourceBody(
  { name, adapter, method, header, paths, customer }: SourceDraft,
  secret: string,
): RequestBody<'/v1/brands/{brand}/sources', 'post'> {
  const auth = method === 'bearer' ? { bearer: [secret] } : { headers: { [header]: [secret] } };
  const set = Object.fromEntries(Object.entries(paths).filter(([, path]) => path !== ''));
  return {
    ...{ name, adapter, auth },
    ...(adapter === 'json' && Object.keys(set).length > 0 ? { paths: set } : {}),
    ...(customer.trim() === '' ? {} : { customer: customer.trim() }),
  };
}

/** Header with which a caller authenticates. */
export interface AuthHeader {
  readonly name: string;
  readonly value: string;
}

/** Returns the header that the sender has to set. */
export function authHeader({ method, header }: Pick<SourceDraft, 'method' | 'header'>, secret: string): AuthHeader {
  return method === 'bearer' ? { name: 'Authorization', value: `Bearer ${secret}` } : { name: header, value: secret };
}

/** Makes a secret of 256 random bits, as text that is valid in a header. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
