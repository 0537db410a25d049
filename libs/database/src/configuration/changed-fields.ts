import type { Json } from '@patchbay/core';
import { isJson } from '@patchbay/plugin-sdk';

/** A field as it was and as it is to be, and how the audit log is told of either; left out: as it is. */
export type FieldPair = readonly [before: unknown, after: unknown, audited?: (value: Json) => Json];

/** Fields that differ, as the audit log is told them. */
export type ChangedFields = Readonly<Record<string, { readonly before: Json; readonly after: Json }>>;

/** The fields that differ, as JSON: the order of keys counts, since a mapping's order is the message's. */
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
