import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { AdminRole } from '../keys/api-key.js';

/** Rule that gives rights to the people whose claim has a value. */
export interface RoleRule {
  /** Value of the roles claim, compared exactly. */
  readonly value: string;
  readonly role: AdminRole;
  /** Names of the brands to which the rights are limited. Absent if they cover all brands. */
  readonly brands?: readonly string[];
  /** True if the people may see personal values unmasked. */
  readonly reveal: boolean;
}

/**
 * Returns the values of the roles claim. A claim of another shape than a text or a list of texts has no values, so that
 * an unexpected shape never gives rights. The claim `email` counts only if the provider has verified the address.
 * @param path names of the claim and of the fields inside it
 */
export function roleValues(claims: JsonObject, path: readonly string[]): readonly string[] {
  if (path[0] === 'email' && claims['email_verified'] !== true) return [];
  let value: Json | undefined = claims;
  for (const name of path) value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  const texts = value.filter((one) => typeof one === 'string');
  return texts.length === value.length ? texts : [];
}

/** Returns the first rule whose value is among the values of the roles claim; null if there is none. */
export function ruleFor(values: readonly string[], rules: readonly RoleRule[]): RoleRule | null {
  return rules.find(({ value }) => values.includes(value)) ?? null;
}

/** Returns the values that a rule names. A session keeps only these values. */
export function namedValues(values: readonly string[], rules: readonly RoleRule[]): readonly string[] {
  const named = new Set(rules.map(({ value }) => value));
  return [...new Set(values)].filter((value) => named.has(value));
}
