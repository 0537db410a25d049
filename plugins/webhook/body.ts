import { DeliveryError, isJsonObject, type Json } from '@patchbay/plugin-sdk';

/** Maximum size of a request body in bytes. Standard Webhooks recommends small bodies. */
export const MAX_BODY_BYTES = 262_144;

/**
 * Encodes the body in the form that is signed and sent. Throws a `mapping` error if the body does not fit the format or
 * is too long.
 */
export function encodeBody(format: 'json' | 'form', body: Json): string {
  const text = format === 'json' ? JSON.stringify(body) : encodePairs(body, 'The format "form"');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BODY_BYTES) {
    throw new DeliveryError(
      'mapping',
      `The body has ${String(bytes)} bytes, more than the limit of ${String(MAX_BODY_BYTES)}. Map fewer fields.`,
    );
  }
  return text;
}

/**
 * Encodes an object as the pairs of a form or a query. Leaves out null.
 * @param what subject of the error, such as `The format "form"`
 * @throws a `mapping` DeliveryError if a value is an object, or a list that contains an object
 */
export function encodePairs(values: Json, what: string): string {
  const misfit = (): never => {
    throw new DeliveryError(
      'mapping',
      `${what} requires an object of text, numbers, true/false or lists of them. Map plain values.`,
    );
  };
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(isJsonObject(values) ? values : misfit())) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      pairs.append(name, typeof one === 'object' ? misfit() : String(one));
    }
  }
  return pairs.toString();
}
