import { DeliveryError, isJsonObject, type Json } from '@patchbay/plugin-sdk';

/** Encodes an object as a form. Throws a `mapping` error if a value is an object, or a list that contains an object. */
export function encodeForm(body: Json): string {
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
