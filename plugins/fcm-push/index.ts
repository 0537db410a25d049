import {
  callWithToken,
  defineDestination,
  defined,
  DeliveryError,
  isSuccess,
  joinUrl,
  jsonObjectIn,
  textOf,
  textsIn,
  withVendorFields,
  type DeliveryContext,
  type DeliveryResult,
  type DestinationContext,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { fetchAccessToken, readServiceAccount } from './access-token.js';
import { sendToDevices } from './devices.js';
import { fcmError } from './errors.js';
import { FcmPushCredentials, FcmPushMessage, FcmPushSettings } from './fcm-push.dto.js';

type Context = DestinationContext<FcmPushCredentials, FcmPushSettings>;

/** Fields that only the plugin sets, because they name the recipients. */
const RESERVED = ['token', 'topic', 'condition'];

/** Topic without subscribers, for `verify`. FCM checks a message to this topic like any other message. */
const VERIFY_TOPIC = 'patchbay-verify';

/**
 * Push notifications through FCM's HTTP v1. FCM does not detect repeated requests, so a delivery whose answer was lost is
 * held. A notification is sent again after a server error, as "FCM error codes" advises, because the repeated notification
 * replaces the first one on the device. Data for the app is not, because the app would receive it twice.
 */
export default defineDestination({
  type: 'fcm-push',
  label: 'Firebase Cloud Messaging',
  description: 'Sends notifications and data to apps on Android, iOS and the web through Firebase Cloud Messaging.',
  category: 'push',
  messaging: 'push',
  docsUrl: 'https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send',
  limits: { ratePerSecond: 1_000, concurrency: 100, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: FcmPushCredentials,
  settings: FcmPushSettings,
  message: FcmPushMessage,

  /**
   * Sends a message to a topic without subscribers, with `validate_only`. FCM then checks account and project, and
   * sends nothing.
   */
  async verify(context) {
    await send(context, { validate_only: true, message: { topic: VERIFY_TOPIC, data: { from_patchbay: 'verify' } } });
  },

  async deliver(context, message) {
    const { token, tokens } = message;
    if (tokens === undefined) return await sendOne(context, message, token);
    return await sendToDevices(tokens, (device) => sendOne(context, message, device));
  },
});

/** Sends the message to one device, or to its topic or condition. */
async function sendOne(
  context: DeliveryContext<FcmPushCredentials, FcmPushSettings>,
  message: FcmPushMessage,
  token: string | undefined,
): Promise<DeliveryResult> {
  const body = { message: fcmMessage(message, token, context.delivery.id) };
  const response = await send(context, body, isNotification(message));
  return { externalId: textOf(jsonObjectIn(response.text)?.name), response: { status: response.status } };
}

/**
 * Returns the message for "REST Resource: projects.messages". A repeated send replaces the earlier notification on the
 * device, because both notifications have the delivery's id. Android's `collapse_key` is not used: FCM keeps at most
 * four different keys for an offline device, and would drop further messages.
 */
function fcmMessage(message: FcmPushMessage, token: string | undefined, deliveryId: string): JsonObject {
  const { topic, condition, title, body, image, data, android, apns, webpush, vendor } = message;
  const notification = defined({ title, body, image });
  const own = {
    ...defined({ token, topic, condition, data: data && textsIn(data) }),
    ...(Object.keys(notification).length > 0 && { notification, android: { notification: { tag: deliveryId } } }),
    apns: { headers: { 'apns-collapse-id': deliveryId } },
  };
  return withVendorFields(withVendorFields(own, defined({ android, apns, webpush }), []), vendor, RESERVED);
}

/** Returns true if a repeated message replaces the first one on the device. */
function isNotification({ title, body, image }: FcmPushMessage): boolean {
  return title !== undefined || body !== undefined || image !== undefined;
}

/**
 * Sends a request, at most twice: FCM may refuse a token before its expiry. Nothing was sent with a refused token.
 * @param safeToRepeat true if the request may be sent again after a server error
 */
async function send(context: Context, json: JsonObject, safeToRepeat = true): Promise<HttpResponse> {
  const { http, credentials, settings } = context;
  const account = readServiceAccount(credentials);
  const projectId = settings.projectId ?? account.projectId;
  if (projectId === undefined) {
    throw new DeliveryError(
      'credentials',
      'The service account contains no project id. Set "projectId", then verify the destination.',
    );
  }
  const path = `/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
  const url = joinUrl(settings.baseUrl ?? 'https://fcm.googleapis.com', path);
  const readsOnly = json.validate_only === true;
  const response = await callWithToken(
    () => context.token('access', () => fetchAccessToken(context, account)),
    (token) => http.exchange({ method: 'POST', url, headers: { authorization: `Bearer ${token}` }, json, readsOnly }),
    isTokenRefused,
  );
  if (!isSuccess(response)) throw fcmError(response, safeToRepeat);
  return response;
}

/**
 * Returns true if FCM refused the hub's token. Some 401 responses have another cause: Apple or a browser's push service
 * refuses the project.
 */
function isTokenRefused(response: HttpResponse): boolean {
  return response.status === 401 && fcmError(response, false).vendorCode !== 'THIRD_PARTY_AUTH_ERROR';
}
