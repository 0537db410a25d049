import type { Json } from '@patchbay/core';
import { isJson } from '@patchbay/plugin-sdk';

/** Value of a field before and after a change, and optionally a function that converts the value for the audit log. */
export type FieldPair = readonly [before: unknown, after: unknown, audited?: (value: Json) => Json];

/** Changed fields, with their values converted for the audit log. */
export type ChangedFields = Readonly<Record<string, { readonly before: Json; readonly after: Json }>>;

/**
 * Returns the fields that differ, compared as JSON. A different order of keys counts as a change, because a message has
 * its keys in the order of the mapping.
 */
export function changedFields(fields: Readonly<Record<string, FieldPair>>): ChangedFields {
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, [before, after, audited]]) => ({ name, before: asJson(before), after: asJson(after), audited }))
      .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
      .map(({ name, before, after, audited = unchanged }) => [
        name,
        { before: audited(before), after: audited(after) },
      ]),
  );
}

function unchanged(value: Json): Json {
  return value;
}

function asJson(value: unknown): Json {
  const json: unknown = JSON.parse(JSON.stringify(value ?? null));
  return isJson(json) ? json : null;
}
