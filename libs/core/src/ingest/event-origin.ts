import { isJsonObject, type JsonObject } from '@patchbay/plugin-sdk';

/** Ways by which an event arrives that is not part of a call. */
export const EVENT_ORIGINS = ['import', 'logCheck'] as const;

/** Origin of an event that did not arrive in a call: the import of a file, or a check of the platform's log. */
export interface EventOrigin {
  readonly kind: (typeof EVENT_ORIGINS)[number];
  /** Id of the import, or of the check. */
  readonly id: string;
  /** True if the hub had missed the event. */
  readonly recovered: boolean;
}

/** Attribute that contains the origin. No adapter makes an attribute of this name. */
const ATTRIBUTE = 'origin';

/** Adds the origin to the attributes of an event. */
export function withOrigin(attributes: JsonObject, origin: EventOrigin | undefined): JsonObject {
  return origin === undefined ? attributes : { ...attributes, [ATTRIBUTE]: { ...origin } };
}

/** Splits the stored attributes of an event into the origin, or null, and the attributes of the sender. */
export function splitOrigin(attributes: JsonObject): {
  readonly origin: EventOrigin | null;
  readonly attributes: JsonObject;
} {
  const { [ATTRIBUTE]: stored, ...others } = attributes;
  const origin = isJsonObject(stored) ? originIn(stored) : null;
  return origin === null ? { origin, attributes } : { origin, attributes: others };
}

function originIn({ kind, id, recovered }: JsonObject): EventOrigin | null {
  const known = EVENT_ORIGINS.find((one) => one === kind);
  return known === undefined || typeof id !== 'string' ? null : { kind: known, id, recovered: recovered === true };
}
