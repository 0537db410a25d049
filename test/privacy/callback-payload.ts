import type { Json, JsonObject } from '@patchbay/plugin-sdk';

/**
 * Returns a vendor's status update with as much personal data as a vendor might send. Every text field also contains
 * the personal values that the test plants. The structure of the update is the structure in the vendor's documentation.
 */
export function withPersonalValues(
  payload: JsonObject,
  { phone, email }: { readonly phone: string; readonly email: string },
): JsonObject {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, about(value)]));

  function about(value: Json): Json {
    if (typeof value === 'string') {
      const named = value
        .replaceAll('+919000000001', phone)
        .replaceAll('919000000001', phone.slice(1))
        .replaceAll('customer@example.com', email);
      return /[a-z] [a-z]/i.test(named) ? `${named}: ${phone} <${email}>` : named;
    }
    if (Array.isArray(value)) return value.map(about);
    if (typeof value !== 'object' || value === null) return value;
    return withPersonalValues(value, { phone, email });
  }
}
