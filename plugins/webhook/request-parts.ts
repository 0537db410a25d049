import { DeliveryError, isJsonObject, type Json } from '@patchbay/plugin-sdk';

/** The longest body, in bytes. Standard Webhooks advises receivers to expect small ones. */
export const MAX_BODY_BYTES = 262_144;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|te|trailer|upgrade|expect|webhook-.*|proxy-.*)$/;

/** The first header name that is not the author's to set; undefined where all are. */
export function reservedHeader(headers: Readonly<Record<string, string>>, hasLogin: boolean): string | undefined {
  return Object.keys(headers).find((name) => {
    const lower = name.toLowerCase();
    return !TOKEN.test(name) || RESERVED.test(lower) || (hasLogin && lower === 'authorization');
  });
}

/** The body as it is signed and sent. Throws a `mapping` error where it does not fit the format or is too long. */
export function encodeBody(format: 'json' | 'form', body: Json): string {
  const text = format === 'json' ? JSON.stringify(body) : encodeForm(body);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    throw new DeliveryError(
      'mapping',
      `The body has ${String(bytes)} bytes; at most ${String(MAX_BODY_BYTES)} are sent. Map fewer fields.`,
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
    'The format "form" needs a body that is an object of texts, numbers, true/false or lists of them. ' +
      'Map plain values, or set the format to "json".',
  );
}
