import {
  classifyStatus,
  entryOf,
  fieldNames,
  jsonObjectIn,
  listed,
  objectOf,
  objectsIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type Json,
  type JsonObject,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/**
 * Milliseconds to wait if the response has no `Retry-After`, from "Best practices when sending FCM messages at scale".
 */
const QUOTA_WAIT_MS = 60_000;

/** Meaning of `QUOTA_EXCEEDED` if the quota is the "device message rate" of the page "ErrorCode". */
const DEVICE_QUOTA: VendorMeaning = {
  kind: 'throttled',
  recipientOnly: true,
  text: 'this device got too many messages; the hub waits and retries the delivery for a day',
};

/** Meanings of the codes on the page "FCM error codes", if the HTTP status alone is not enough. */
const CODES: Readonly<Record<string, VendorMeaning>> = {
  UNREGISTERED: {
    kind: 'rejected',
    text:
      'the token is not registered any more: the app was removed or has a new token. ' +
      "Delete it from the customer's record",
    suppress: 'invalid',
  },
  INVALID_ARGUMENT: { kind: 'rejected', text: 'the message is invalid; check the token and the mapping' },
  SENDER_ID_MISMATCH: {
    kind: 'rejected',
    text: 'the token belongs to an app of another Firebase project; check "projectId" and the source of the token',
  },
  // Concerns one platform only: "APNs certificate or web push auth key was invalid or missing".
  THIRD_PARTY_AUTH_ERROR: {
    kind: 'rejected',
    suspectsDestination: true,
    text:
      'Apple or the browser refuses the project, so devices of this platform receive nothing; upload a valid APNs key ' +
      'under Project settings › Cloud Messaging, then redeliver',
  },
  PERMISSION_DENIED: {
    kind: 'credentials',
    text:
      'the service account may not send for this project; check "projectId", enable the Firebase Cloud Messaging API, ' +
      'and add the role Firebase Cloud Messaging API Admin, then verify',
  },
  UNAUTHENTICATED: {
    kind: 'credentials',
    text: "the service account's token is refused; create a new key, then verify",
  },
  QUOTA_EXCEEDED: { kind: 'throttled', text: 'the quota of the project is exceeded; the hub waits and retries' },
  RESOURCE_EXHAUSTED: { kind: 'throttled', text: 'the quota of the project is exceeded; the hub waits and retries' },
};

/**
 * Converts an error response to a DeliveryError. Google's own texts remain only in the recorded response, which the hub
 * redacts.
 * @param safeToRepeat true if the message may be sent again after a server error
 */
export function fcmError(response: HttpResponse, safeToRepeat: boolean): DeliveryError {
  const error = objectOf(jsonObjectIn(response.text)?.error);
  const code = codeOf(error);
  const known = isDeviceQuota(error) ? DEVICE_QUOTA : entryOf(CODES, code);
  const kind = known?.kind ?? classifyStatus(response.status);
  const fields = code === 'INVALID_ARGUMENT' ? violatedFields(error) : [];
  const named = fields.length > 0 ? ` (${listed(fields)})` : '';
  return vendorError('FCM', response, code, {
    ...known,
    kind,
    text: known?.text === undefined ? undefined : known.text + named,
    retryAfterMs: kind === 'throttled' ? QUOTA_WAIT_MS : undefined,
    safeToRepeat,
  });
}

/**
 * Converts a refused token request to a DeliveryError. The error concerns the whole destination, because the refusal
 * would affect every message.
 */
export function fcmTokenError(response: HttpResponse): DeliveryError {
  const code = codeText(jsonObjectIn(response.text)?.error);
  const kind = classifyStatus(response.status);
  const refused: VendorMeaning = {
    kind: 'credentials',
    text:
      `it refuses this service account (${code ?? String(response.status)}): its key was deleted, or the hub's clock ` +
      'is wrong; create a new key, then verify',
  };
  const isRefused = kind === 'rejected' || kind === 'credentials';
  return vendorError('Google returned no token', response, code, isRefused ? refused : {});
}

/** Returns FCM's own code from the error's details, or else the code that all of Google's APIs share. */
function codeOf(error: JsonObject): string | undefined {
  const own = objectsIn(error.details).map(({ errorCode }) => codeText(errorCode));
  return own.find((code) => code !== undefined) ?? codeText(error.status);
}

function codeText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_]{1,50}$/.test(value) ? value : undefined;
}

/**
 * Returns true if the QuotaFailure of an error names the device. The page "ErrorCode" says that the QuotaFailure shows
 * which quota is exceeded: of all messages, of a device or of a topic.
 */
function isDeviceQuota(error: JsonObject): boolean {
  const found = objectsIn(error.details).flatMap(({ violations }) => objectsIn(violations));
  return found.some(({ subject, description }) =>
    // The subject of a project's quota contains the project's own name, which may contain the word.
    [subject, description].some(
      (text) => typeof text === 'string' && /device/i.test(text) && !/^projects?[:/]/.test(text),
    ),
  );
}

/** Returns the field paths in a BadRequest detail, without the fields' values. */
function violatedFields({ details }: JsonObject): readonly string[] {
  const violations = objectsIn(details).flatMap(({ fieldViolations }) => objectsIn(fieldViolations));
  return fieldNames(violations.map(({ field }) => field));
}
