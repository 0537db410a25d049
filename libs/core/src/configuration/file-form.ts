import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { formatDuration } from '../messaging/format-duration.js';

/** Fields of brands, destinations and subscriptions that may contain durations. Other fields contain a brand's own names. */
const WITH_DURATIONS: ReadonlySet<string> = new Set([
  'limits',
  'retry',
  'messaging',
  'messaging.caps',
  'recipients.resolver',
  'enrichment',
  'platform',
]);

/**
 * Converts the fields of an object from their stored form to the form that a brand file has: `sendAfterMs: 3600000`
 * becomes `sendAfter: 1h`.
 */
export function fileForm(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, WITH_DURATIONS.has(name) ? withDurations(value) : value]),
  );
}

function withDurations(value: Json): Json {
  if (Array.isArray(value)) return value.map(withDurations);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name.endsWith('Ms') ? [name.slice(0, -2), durations(inner)] : [name, withDurations(inner)],
    ),
  );
}

function durations(value: Json): Json {
  if (Array.isArray(value)) return value.map(durations);
  return typeof value === 'number' ? formatDuration(value) : value;
}
