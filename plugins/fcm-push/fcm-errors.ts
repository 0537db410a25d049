import {
  classifyStatus,
  isJsonObject,
  jsonObjectIn,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type Json,
  type JsonObject,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/** What Firebase asks to wait where it sends no `Retry-After` ("Best practices when sending FCM messages at scale"). */
const QUOTA_WAIT_MS = 60_000;
const MAX_FIELDS = 5;

/** "FCM error codes", where the status alone does not say it. */
const CODES: Readonly<Record<string, VendorMeaning>> = {
  UNREGISTERED: {
    kind: 'rejected',
    text:
      'the token is no longer registered: the app was removed, or has a new one. ' +
      "Delete it from the customer's record",
  },
  INVALID_ARGUMENT: { kind: 'rejected', text: 'the message is not well formed; check the token and the mapping' },
  SENDER_ID_MISMATCH: {
    kind: 'rejected',
    text: 'the token belongs to an app of another Firebase project; check "projectId" and where the token comes from',
  },
  THIRD_PARTY_AUTH_ERROR: {
    kind: 'credentials',
    text:
      'Apple or the browser refuses the project; upload a valid APNs key under ' +
      'Project settings › Cloud Messaging, then verify',
  },
  PERMISSION_DENIED: {
    kind: 'credentials',
    text:
      'the service account may not send for this project; check "projectId", enable the Firebase Cloud Messaging API, ' +
      'and give it the role Firebase Cloud Messaging API Admin, then verify',
  },
  UNAUTHENTICATED: {
    kind: 'credentials',
    text: "the service account's token is refused; make a new key, then verify",
  },
  QUOTA_EXCEEDED: { kind: 'throttled', text: 'the quota of the project or of the device is used up for now' },
  RESOURCE_EXHAUSTED: { kind: 'throttled', text: 'the quota of the project is used up for now' },
};

/** Names an answer that is no success. Google's own words stay in the recorded answer, which the hub redacts. */
export function fcmError(response: HttpResponse): DeliveryError {
  const error = errorIn(response.text);
  const code = codeOf(error);
  const known = code !== undefined && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  const kind = known?.kind ?? classifyStatus(response.status);
  const fields = code === 'INVALID_ARGUMENT' ? violatedFields(error) : [];
  const named = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  return vendorError('FCM', response, code, {
    kind,
    text: known?.text === undefined ? undefined : known.text + named,
    retryAfterMs: kind === 'throttled' ? QUOTA_WAIT_MS : undefined,
  });
}

/** Names why Google gives no access token: whatever it refuses, every message would meet it. */
export function fcmTokenError(response: HttpResponse): DeliveryError {
  const code = codeText(jsonObjectIn(response.text)?.error);
  const kind = classifyStatus(response.status);
  const refused: VendorMeaning = {
    kind: 'credentials',
    text:
      `it refuses this service account (${code ?? String(response.status)}): its key was deleted, or the hub's clock ` +
      'is wrong; make a new key, then verify',
  };
  const isRefused = kind === 'rejected' || kind === 'credentials';
  return vendorError('Google gives no token', response, code, isRefused ? refused : {});
}

function errorIn(text: string): JsonObject {
  const error = jsonObjectIn(text)?.error;
  return isJsonObject(error) ? error : {};
}

/** FCM's own code in the details, else the one that all of Google's APIs share. */
function codeOf(error: JsonObject): string | undefined {
  const own = detailsOf(error).map(({ errorCode }) => codeText(errorCode));
  return own.find((code) => code !== undefined) ?? codeText(error.status);
}

function codeText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_]{1,50}$/.test(value) ? value : undefined;
}

/** The paths that a BadRequest detail names, without the values that stand there. */
function violatedFields(error: JsonObject): readonly string[] {
  const violations = detailsOf(error).flatMap(({ fieldViolations }) =>
    Array.isArray(fieldViolations) ? fieldViolations.filter(isJsonObject) : [],
  );
  const fields = violations.map(({ field }) => field);
  return fields
    .filter((field): field is string => typeof field === 'string' && /^message[\w.[\]]{0,100}$/.test(field))
    .slice(0, MAX_FIELDS);
}

function detailsOf({ details }: JsonObject): readonly JsonObject[] {
  return Array.isArray(details) ? details.filter(isJsonObject) : [];
}
