import type { Json } from '@patchbay/plugin-sdk';

/** Placeholder of a personal text that has no known format. */
export const HIDDEN_TEXT = '••••';

const FORMS: readonly (readonly [form: RegExp, placeholder: string])[] = [
  [/^[^@\s]+@[^@\s]+$/, 'customer@example.com'],
  [/^\d{4}-\d{2}-\d{2}/, '2000-01-01'],
  // A valid number that belongs to no customer.
  [/^\+?[\d\s().-]{7,20}$/, '+15005550006'],
];

/**
 * Returns a placeholder of the same format for a personal value. Phone numbers, e-mail addresses and dates become a fixed
 * example, so that mappings that format them still work. Objects and arrays keep their shape.
 */
export function placeholderFor(value: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(placeholderFor);
  if (typeof value === 'string') {
    return FORMS.find(([form]) => form.test(value))?.[1] ?? (value === '' ? '' : HIDDEN_TEXT);
  }
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return false;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, placeholderFor(child)]));
}
