import type { CapillaryEnrichmentSpec, Json, JsonObject, Recipient } from '@patchbay/core';
import { isJsonObject } from '@patchbay/plugin-sdk';
import type { EnrichmentResult } from '../brand-enrichment.js';

/**
 * Channel names in paths, by Capillary's channel names in upper case (page "Update subscription details"). Events name
 * the channel `MOBILE` also `SMS`.
 */
const CHANNELS: ReadonlyMap<string, string> = new Map([
  ['MOBILE', 'sms'],
  ['SMS', 'sms'],
  ['EMAIL', 'email'],
  ['WHATSAPP', 'whatsapp'],
  ['IOS', 'ios'],
  ['ANDROID', 'android'],
  ['LINE', 'line'],
  ['WECHAT', 'wechat'],
]);

/**
 * Reads a customer from an answer of `GET /v2/customers/{id}` (page "Get customer details"). Returns Capillary's answer
 * with additional fields for short paths. The additional fields contain the names, identifiers and fields of the
 * relevant profile, and the state of subscriptions by channel and priority. For example, `subscriptions.sms.BULK` is
 * `OPTIN` or `OPTOUT`.
 */
export function readCustomer(
  body: JsonObject,
  { source, accountId }: Pick<CapillaryEnrichmentSpec, 'source' | 'accountId'>,
): EnrichmentResult {
  const profile = profileOf(body, source, accountId);
  const identifiers = identifiersOf(profile);
  const subscriptions = subscriptionsOf(body);
  const { firstName = null, lastName = null, fields = {} } = profile;
  const named = present({ firstName, lastName, fields, ...identifiers });
  return {
    value: { ...body, ...named, subscriptions },
    recipient: present({
      phone: phoneOf(identifiers['mobile']),
      email: identifiers['email'] ?? null,
      firstName,
      lastName,
      smsOptIn: optIn(subscriptions['sms']),
      emailOptIn: optIn(subscriptions['email']),
      whatsappOptIn: optIn(subscriptions['whatsapp']),
      pushOptIn: optInToAll(subscriptions['ios'], subscriptions['android']),
      lineOptIn: optIn(subscriptions['line']),
      wechatOptIn: optIn(subscriptions['wechat']),
    }),
  };
}

function profileOf(body: JsonObject, source: string, accountId: string | undefined): JsonObject {
  const profiles = objectsOf(body['profiles']);
  const wanted = profiles.filter((profile) => sameText(profile['source'], source));
  const account = wanted.find((profile) => accountId === undefined || sameText(profile['accountId'], accountId));
  return account ?? profiles[0] ?? {};
}

/**
 * Returns the identifiers of a profile. Prefers registered identifiers. Takes missing identifiers from the other
 * communication channels, from the primary channel first.
 */
function identifiersOf(profile: JsonObject): JsonObject {
  const found: JsonObject = {};
  const channels = objectsOf(profile['commChannels']);
  const primaryFirst = [...channels].sort((a, b) => Number(b['primary'] === true) - Number(a['primary'] === true));
  for (const { type, value } of [...objectsOf(profile['identifiers']), ...primaryFirst]) {
    if (typeof type !== 'string' || type === '__proto__' || Object.hasOwn(found, type)) continue;
    if (typeof value === 'string' && value.trim() !== '') found[type] = value.trim();
  }
  return found;
}

/**
 * Returns the states by channel and priority. If a customer has several subscriptions of the same channel and priority,
 * one `OPTOUT` decides, and an unknown state takes precedence over `OPTIN`.
 */
function subscriptionsOf(body: JsonObject): JsonObject {
  const info = body['subscriptionInfo'];
  const all: Record<string, JsonObject> = {};
  for (const { channel, priority, type } of objectsOf(isJsonObject(info) ? info['subscriptions'] : null)) {
    const name = typeof channel === 'string' ? CHANNELS.get(channel.toUpperCase()) : undefined;
    if (name === undefined || typeof priority !== 'string') continue;
    const states = all[name] ?? {};
    const key = priority.toUpperCase();
    // A missing state is an unknown state. Without it, another entry could decide alone.
    const state = typeof type === 'string' ? type.toUpperCase() : 'UNKNOWN';
    const before = states[key];
    const isStricter = before === undefined || state === 'OPTOUT' || before === 'OPTIN';
    all[name] = { ...states, [key]: isStricter ? state : before };
  }
  return all;
}

/**
 * Returns the consent to promotional messages, which Capillary calls bulk messages. Null if the answer does not contain
 * the consent.
 */
function optIn(channel: Json | undefined): boolean | null {
  const state = isJsonObject(channel) ? channel['BULK'] : undefined;
  return state === undefined ? null : state === 'OPTIN';
}

/** Returns the consent to a message on several channels. Null if the answer contains none of the channels. */
function optInToAll(...channels: readonly (Json | undefined)[]): boolean | null {
  const known = channels.map(optIn).filter((consent) => consent !== null);
  return known.length === 0 ? null : known.every(Boolean);
}

/** Converts a phone number to E.164. Capillary returns numbers with the country code and without `+`. */
function phoneOf(mobile: Json | undefined): string | null {
  if (typeof mobile !== 'string') return null;
  return /^[1-9]\d{7,14}$/.test(mobile) ? `+${mobile}` : mobile;
}

function present(fields: Readonly<Record<string, Json>>): Recipient {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function sameText(value: Json | undefined, text: string): boolean {
  return (typeof value === 'string' || typeof value === 'number') && String(value).toLowerCase() === text.toLowerCase();
}
