import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { placeholderFor, type Recipient } from '@patchbay/core';

const PHONE_PLACEHOLDER = placeholderFor('+15005550000');
const EMAIL_PLACEHOLDER = placeholderFor('a@b.example');
const ADDRESS_FIELDS = ['phone', 'email', 'pushToken'];

/** Returns data with the recipient's own phone number and e-mail address in place of the placeholders. */
export function withAddresses(data: JsonObject, recipient: Recipient): JsonObject {
  const replaced = replace(data, recipient);
  return isJsonObject(replaced) ? replaced : data;
}

function replace(value: Json, recipient: Recipient): Json {
  if (value === PHONE_PLACEHOLDER) return recipient['phone'] ?? value;
  if (value === EMAIL_PLACEHOLDER) return recipient['email'] ?? value;
  if (Array.isArray(value)) return value.map((entry) => replace(entry, recipient));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, replace(child, recipient)]));
}

/** Returns true if a field of the message is exactly an address of the recipient. Punctuation of a phone is ignored. */
export function isAddressedTo(message: JsonObject, recipient: Recipient): boolean {
  const addresses = ADDRESS_FIELDS.flatMap((name) => {
    const address = recipient[name];
    return typeof address === 'string' && address.trim() !== '' ? [normalised(address)] : [];
  });
  return addresses.length > 0 && textsOf(message).some((text) => addresses.includes(normalised(text)));
}

function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isJsonObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

function normalised(address: string): string {
  const text = address.trim().toLowerCase();
  return /^\+?[\d\s().-]{7,25}$/.test(text) ? text.replace(/\D/g, '') : text;
}
