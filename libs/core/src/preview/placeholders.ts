import type { Json } from '@patchbay/plugin-sdk';

/** What a personal text is shown as where nothing more is known of its form. */
export const HIDDEN_TEXT = '••••';

const FORMS: readonly (readonly [form: RegExp, placeholder: string])[] = [
  [/^[^@\s]+@[^@\s]+$/, 'customer@example.com'],
  [/^\d{4}-\d{2}-\d{2}/, '2000-01-01'],
  // A number that no customer can have, and that is valid all the same.
  [/^\+?[\d\s().-]{7,20}$/, '+15005550006'],
];

/**
 * A value of the same form that says nothing: texts that look like a phone number, an e-mail address or a date become an
 * invented one, so that a mapping that formats them still works. Containers keep their shape.
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
