import type { Json, JsonObject } from '@patchbay/plugin-sdk';

/**
 * A vendor's news about a message as a talkative one sends them: about this person, who also stands in every text that
 * has words. The shape stays the documented one.
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
