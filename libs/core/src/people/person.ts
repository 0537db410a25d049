import type { Actor } from '../audit/audit-log.port.js';
import type { JsonObject } from '@patchbay/plugin-sdk';

/** Identity of a person at the identity provider. */
export interface PersonIdentity {
  /** Issuer of the provider. */
  readonly issuer: string;
  /** Id of the person at the issuer. It is stable and never given to another person. */
  readonly subject: string;
  /** Display name. Null if the provider sent no usable name. Records then show `person:<id>`. */
  readonly name: string | null;
}

/** Person who has signed in, or has called the API with a token of the identity provider. */
export interface Person extends PersonIdentity {
  readonly id: string;
  /** Time of the last sign-in or call, up to a minute late, in milliseconds since the epoch. */
  readonly lastSeenAt: number;
  /** Time at which the person was removed from the hub, in milliseconds since the epoch. Null if the person may use it. */
  readonly removedAt: number | null;
}

const PREFIX = 'person:';
const ACTOR = /^person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})( \(console\))?$/;
const MAX_NAME_LENGTH = 100;
const MAX_SUBJECT_LENGTH = 255;

/**
 * Returns the name under which the hub records the actions of a person. It contains only the id, so that deleting the
 * person's row removes the name and the subject of the person from all records.
 */
export function personActorName(id: string): string {
  return PREFIX + id;
}

/** Returns the id of the person who acted; null if the actor is not a person. A key has an id, so it is never a person. */
export function personIdOf({ name, keyId }: Actor): string | null {
  return keyId === null ? personIdIn(name) : null;
}

/** Returns the id of the person in a recorded name; null if the name is not the name of a person. */
export function personIdIn(recordedName: string): string | null {
  return ACTOR.exec(recordedName)?.[1] ?? null;
}

/**
 * Returns a recorded name for people: the present name instead of the id of a person. Every other name is unchanged.
 * @param names present names by the id of the person
 */
export function presentName(recordedName: string, names: ReadonlyMap<string, string>): string {
  const id = personIdIn(recordedName);
  const name = id === null ? undefined : names.get(id);
  return id === null || name === undefined ? recordedName : recordedName.replace(personActorName(id), () => name);
}

/** Returns the identity in verified claims; null if the claims have no usable subject. */
export function identityOf(issuer: string, claims: JsonObject): PersonIdentity | null {
  const { sub: subject } = claims;
  if (typeof subject !== 'string' || !isStorable(subject) || subject.length > MAX_SUBJECT_LENGTH) return null;
  return { issuer, subject, name: displayName(claims) };
}

/**
 * Returns the first usable name. A text with `@` may be an e-mail address, and some providers send the address as the
 * name. It is never a display name, because everybody who may read a record sees the display name.
 */
function displayName(claims: JsonObject): string | null {
  for (const claim of ['name', 'preferred_username']) {
    const value = claims[claim];
    if (typeof value !== 'string' || value.includes('@')) continue;
    const name = oneLine(value);
    if (name !== '') return name;
  }
  return null;
}

/** Removes control and formatting characters, which could make a name look like another name. */
function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return [...line].slice(0, MAX_NAME_LENGTH).join('');
}

function isStorable(subject: string): boolean {
  return subject !== '' && !/\p{Cc}/u.test(subject) && subject.isWellFormed();
}
