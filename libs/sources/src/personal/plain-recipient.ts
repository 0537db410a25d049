import { RECIPIENT_FIELDS, type Json, type JsonObject, type Recipient } from '@patchbay/core';
import { cleanText } from '../reading/identifier.js';
import { isObject } from '../reading/as-json.js';

/** A phone number as the platform prints it: digits with the country code, then in E.164; anything else as it is. */
export function phoneOf(value: Json | undefined): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[1-9]\d{7,14}$/.test(text) ? `+${text}` : text;
}

/** Text, or a number as text; undefined for what is neither, or empty. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = cleanText(String(value));
  return text === '' ? undefined : text;
}

/** The recipient of an event without a vocabulary of its own: `phone`, `email`, … in `data`, `data.recipient` or `data.customer`. */
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
