import { RECIPIENT_FIELDS, type Json, type JsonObject, type Recipient } from '@patchbay/core';
import { cleanText } from '../reading/values.js';
import { isObject } from '../reading/read-each.js';

/**
 * Converts a phone number to E.164 if it consists of digits with the country code, as platforms print it. Returns other
 * values unchanged.
 */
export function phoneOf(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[1-9]\d{7,14}$/.test(text) ? `+${text}` : text;
}

/** Returns text, or a number as text. Undefined for other values and for empty text. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = cleanText(String(value));
  return text === '' ? undefined : text;
}

/**
 * Returns the recipient of an event whose platform has no field names of its own for contact details: `phone`, `email`,
 * … in `data`, `data.recipient` or `data.customer`.
 */
export function plainRecipient(data: JsonObject): Recipient {
  const recipient: Recipient = {};
  const places = [data.recipient, data.customer, data].filter(isObject);
  for (const field of RECIPIENT_FIELDS) {
    for (const place of places) {
      const value = field === 'phone' ? phoneOf(place.phone ?? place.mobile) : textOf(place[field]);
      if (value === undefined) continue;
      recipient[field] = value;
      break;
    }
  }
  return recipient;
}
