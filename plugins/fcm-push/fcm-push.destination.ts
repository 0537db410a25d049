import {
  defineDestination,
  DeliveryError,
  isDeliveryError,
  isJson,
  isJsonObject,
  jsonObjectIn,
  withVendorFields,
  type DeliveryContext,
  type DeliveryResult,
  type DestinationContext,
  type HttpResponse,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { sendToDevices } from './devices.js';
import { fcmError } from './fcm-errors.js';
import { FcmPushCredentials, FcmPushMessage, FcmPushSettings } from './fcm-push.dto.js';
import { fetchAccessToken, readServiceAccount, type ServiceAccount } from './service-account.js';

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
export const fcmPush = defineDestination({
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
  const name = jsonObjectIn(response.text)?.name;
  return { externalId: typeof name === 'string' ? name : undefined, response: { status: response.status } };
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
    ...defined({ token, topic, condition }),
    ...(data !== undefined && { data: textsOf(data) }),
    ...(Object.keys(notification).length > 0 && { notification, android: { notification: { tag: deliveryId } } }),
    apns: { headers: { 'apns-collapse-id': deliveryId } },
  };
  return withVendorFields(withVendorFields(own, defined({ android, apns, webpush }), []), vendor, RESERVED);
}

function defined(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Returns true if a repeated message replaces the first one on the device. */
function isNotification({ title, body, image }: FcmPushMessage): boolean {
  return title !== undefined || body !== undefined || image !== undefined;
}

/** Converts values to text, because FCM accepts only text. */
function textsOf(data: object): Record<string, string> {
  const entries = Object.entries(isJson(data) && isJsonObject(data) ? data : {}).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/**
 * Sends a request. If FCM refuses the token before its expiry, drops the token and tries a new token once. Nothing was
 * sent with the refused token.
 * @param safeToRepeat true if the request may be sent again after a server error
 */
async function send(context: Context, body: JsonObject, safeToRepeat = true): Promise<HttpResponse> {
  const account = readServiceAccount(context.credentials);
  const projectId = context.settings.projectId ?? account.projectId;
  if (projectId === undefined) {
    throw new DeliveryError(
      'credentials',
      'The service account contains no project id. Set "projectId", then verify the destination.',
    );
  }
  const base = context.settings.baseUrl?.replace(/\/+$/, '') ?? 'https://fcm.googleapis.com';
  const url = `${base}/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
  const first = await tokenFor(context, account);
  try {
    return await post(context, url, first.value, body, safeToRepeat);
  } catch (error) {
    if (!isDeliveryError(error) || !isAboutToken(error)) throw error;
    first.drop();
    const fresh = await tokenFor(context, account);
    return await post(context, url, fresh.value, body, safeToRepeat);
  }
}

/**
 * Returns true if FCM refused the hub's token. Some 401 responses have another cause: Apple or a browser's push service
 * refuses the project.
 */
function isAboutToken({ response, vendorCode }: DeliveryError): boolean {
  return response?.status === 401 && vendorCode !== 'THIRD_PARTY_AUTH_ERROR';
}

function tokenFor(context: Context, account: ServiceAccount) {
  return context.token('access', () => fetchAccessToken(context, account));
}

async function post(
  { http }: Context,
  url: string,
  token: string,
  json: JsonObject,
  safeToRepeat: boolean,
): Promise<HttpResponse> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await http.exchange({ method: 'POST', url, headers, json, readsOnly: json.validate_only === true });
  if (response.status < 200 || response.status > 299) throw fcmError(response, safeToRepeat);
  return response;
}
