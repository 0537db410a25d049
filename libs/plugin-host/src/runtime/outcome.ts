import type { AttemptOutcome } from '@patchbay/core';
import type { DeliveryError, DeliveryResult } from '@patchbay/plugin-sdk';
import type { Redactor } from '../redaction/redactor.js';

const MESSAGE_LIMIT = 1_000;
const CODE_LIMIT = 100;
const EXTERNAL_ID_LIMIT = 500;

/** What a plugin resolved with, bounded and redacted. Its author may have used plain JavaScript: nothing is taken for granted. */
export function acceptedOutcome(result: DeliveryResult | undefined | null, redactor: () => Redactor): AttemptOutcome {
  const id: unknown = result?.externalId;
  const response = result?.response;
  return {
    kind: 'accepted',
    ...(typeof id === 'string' && id !== '' ? { externalId: id.slice(0, EXTERNAL_ID_LIMIT) } : {}),
    ...(response === undefined ? {} : { response: redactor().response(response) }),
  };
}

/** What a plugin threw, bounded and redacted. In plain JavaScript a code may be a number. */
export function failedOutcome(error: DeliveryError, redactor: Redactor): AttemptOutcome {
  const { retryAfterMs, response } = error;
  const vendorCode: unknown = error.vendorCode;
  return {
    kind: error.kind,
    message: redactor.text(error.message, MESSAGE_LIMIT),
    ...(retryAfterMs !== undefined && Number.isFinite(retryAfterMs) ? { retryAfterMs: Math.max(retryAfterMs, 0) } : {}),
    ...(response === undefined ? {} : { response: redactor.response(response) }),
    ...(typeof vendorCode === 'string' || typeof vendorCode === 'number'
      ? { vendorCode: redactor.text(String(vendorCode), CODE_LIMIT) }
      : {}),
    ...(error.disableDestination ? { disableDestination: true } : {}),
  };
}
