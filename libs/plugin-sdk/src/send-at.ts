import { DeliveryError } from './delivery-error.js';
import type { FieldOptions } from './field/field-options.js';

/** Field options of the message field `sendAt`, shared by the plugins of vendors that schedule messages. */
export const SEND_AT: FieldOptions = {
  label: 'Send at',
  help: 'Time at which the vendor sends the message, in ISO 8601 with its offset. The hub can no longer stop it then.',
  optional: true,
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/,
  example: '2026-01-31T10:00:00Z',
};

/**
 * Returns the time of the field `sendAt` in milliseconds since the epoch.
 * @throws a `mapping` DeliveryError if the date does not exist
 */
export function sendAtMs(sendAt: string): number {
  const time = Date.parse(sendAt);
  if (Number.isNaN(time))
    throw new DeliveryError('mapping', 'The value of "sendAt" is not a time that exists. Correct the mapping.');
  return time;
}
