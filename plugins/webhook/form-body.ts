import { DeliveryError, isJsonObject, type Json } from '@patchbay/plugin-sdk';

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
