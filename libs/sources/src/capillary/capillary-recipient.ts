import type { Json, JsonObject, Recipient } from '@patchbay/core';
import { phoneOf, textOf } from '../personal/plain-recipient.js';
import { isObject } from '../reading/read-each.js';
import { personOf } from './people.js';

/**
 * Returns the contact details that an event contains about its customer. Prefers the in-store identifiers over
 * identifiers of other channels. Capillary sends phone numbers with the country code and without `+`.
 */
export function capillaryRecipient(data: JsonObject): Recipient {
  const person = personOf(data);
  const identifiers = person?.identifiers ?? {};
  const parent = person?.parent ?? data;
  const instore = [identifiers.instore, identifiers.Instore].find(isObject) ?? {};
  return withoutUndefined({
    phone: phoneOf(instore.mobile) ?? phoneOf(channelIdentifier(identifiers, 'mobile')),
    email: textOf(instore.email) ?? textOf(channelIdentifier(identifiers, 'email')),
    firstName: textOf(identifiers.firstName) ?? textOf(parent.firstName),
    lastName: textOf(identifiers.lastName) ?? textOf(parent.lastName),
    locale: textOf(preferredLanguage(data)),
  });
}

function withoutUndefined(fields: Record<string, string | undefined>): Recipient {
  const recipient: Recipient = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) recipient[name] = value;
  return recipient;
}

/** Returns the first identifier of a type in any channel: `wechat.accounts[].identifiers[]`. */
function channelIdentifier(identifiers: JsonObject, type: string): Json | undefined {
  for (const channel of Object.values(identifiers).filter(isObject)) {
    for (const account of objectsOf(channel.accounts)) {
      const found = objectsOf(account.identifiers).find(
        ({ identifierType }) => typeof identifierType === 'string' && identifierType.toLowerCase() === type,
      );
      if (found !== undefined) return found.identifierValue;
    }
  }
  return undefined;
}

/**
 * Returns the preferred language of the customer. Capillary has no field for the language, but a sample of
 * customerUpdated has an extended field `PreferredLanguage`.
 */
function preferredLanguage(data: JsonObject): Json | undefined {
  const field = [...objectsOf(data.extendedFields), ...objectsOf(data.customFields)].find(
    ({ key }) => typeof key === 'string' && /^(preferred_?)?(language|locale)$/i.test(key),
  );
  return field?.value;
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
