import { DeliveryError, isJsonObject, type Json } from '@patchbay/plugin-sdk';

/** Maximum size of a body, in bytes. Standard Webhooks recommends small bodies. */
export const MAX_BODY_BYTES = 262_144;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|te|trailer|upgrade|expect|webhook-.*|proxy-.*)$/;

/** Returns the first header name that a brand must not set; undefined if there is none. */
export function reservedHeader(headers: Readonly<Record<string, string>>, hasLogin: boolean): string | undefined {
  return Object.keys(headers).find((name) => {
    const lower = name.toLowerCase();
    return !TOKEN.test(name) || RESERVED.test(lower) || (hasLogin && lower === 'authorization');
  });
}

/**
 * Encodes the body as it is signed and sent. Throws a `mapping` error if the body does not fit the format or is too
 * long.
 */
export function encodeBody(format: 'json' | 'form', body: Json): string {
  const text = format === 'json' ? JSON.stringify(body) : encodeForm(body);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    throw new DeliveryError(
      'mapping',
      `The body has ${String(bytes)} bytes, more than the limit of ${String(MAX_BODY_BYTES)}. Map fewer fields.`,
    );
  }
  return text;
}

function encodeForm(body: Json): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(isJsonObject(body) ? body : misfit())) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      form.append(name, typeof one === 'object' ? misfit() : String(one));
    }
  }
  return form.toString();
}

function misfit(): never {
  throw new DeliveryError(
    'mapping',
    'The format "form" requires an object of text, numbers, true/false or lists of them. ' +
      'Map plain values, or set the format to "json".',
  );
}
