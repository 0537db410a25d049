import { DeliveryError, type DestinationContext } from '@patchbay/plugin-sdk';
import type { WebhookCredentials, WebhookSettings } from './webhook.dto.js';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|te|trailer|upgrade|expect|webhook-.*|proxy-.*)$/;

type Headers = Readonly<Record<string, string>>;

/** Throws a DeliveryError if the headers of the destination contain a name that only the hub may set. */
export function checkOwnHeaders({
  credentials,
  settings,
}: Pick<DestinationContext<WebhookCredentials, WebhookSettings>, 'credentials' | 'settings'>): void {
  const reserved = reservedHeader({ ...settings.headers, ...credentials.headers }, credentials);
  if (reserved === undefined) return;
  throw new DeliveryError('credentials', `The "headers" of the destination must not contain "${reserved}". Remove it.`);
}

/** Throws a DeliveryError if the headers of a message contain a name that only the hub may set. */
export function checkMessageHeaders(headers: Headers, credentials: WebhookCredentials): void {
  const reserved = reservedHeader(headers, credentials);
  if (reserved === undefined) return;
  throw new DeliveryError('mapping', `The mapping must not set the header "${reserved}". Remove it from "headers".`);
}

/** Returns the first header name that a brand must not set; undefined if there is no such name. */
function reservedHeader(headers: Headers, { basic, bearer, oauth2 }: WebhookCredentials): string | undefined {
  const hasLogin = basic !== undefined || bearer !== undefined || oauth2 !== undefined;
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name) || RESERVED.test(lower) || (hasLogin && lower === 'authorization')) return name;
  }
  return undefined;
}
