import {
  defined,
  defineDestination,
  DeliveryError,
  isSuccess,
  joinUrl,
  provenCallbackUrl,
  recordedResponse,
  sendAtMs,
  smsText,
  withVendorFields,
  type DeliveryContext,
  type DestinationContext,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { infobipError, missingStatus, refusedMessage } from './errors.js';
import { DUPLICATE_MESSAGE_ID, messageIn, STATUS_GROUPS } from './infobip-answer.js';
import { InfobipSmsCredentials, InfobipSmsMessage, InfobipSmsSettings } from './infobip-sms.dto.js';
import { statusCallback } from './status-callback.js';

type Context = DestinationContext<InfobipSmsCredentials, InfobipSmsSettings>;

/** Fields that only the plugin sets, even if the hub has no public URL. */
const RESERVED = ['messages.destinations', 'messages.webhooks.delivery.url', 'messages.webhooks.callbackData'];

/**
 * SMS through Infobip's v3. The hub chooses the message id. Infobip ignores a repeated id only for accounts with
 * idempotency ("Idempotent message sending"), so the setting `idempotent` is off by default.
 */
export default defineDestination({
  type: 'infobip-sms',
  label: 'Infobip SMS',
  description: 'Sends SMS through Infobip and tracks them to the handset.',
  category: 'sms',
  messaging: 'sms',
  docsUrl: 'https://www.infobip.com/docs/api/channels/sms/outbound-sms/send-sms-messages',
  limits: { concurrency: 50, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  idempotent: (settings) => settings.idempotent,
  credentials: InfobipSmsCredentials,
  settings: InfobipSmsSettings,
  message: InfobipSmsMessage,

  /**
   * Requests the preview of a text. Infobip refuses the preview (403) for a key that may only send. In that case the
   * plugin sends an empty list of messages: Infobip answers 400 to a key that may send, and 403 to any other key.
   */
  async verify(context) {
    const preview = await post(context, '/sms/1/preview', { text: 'Patchbay' }, true);
    if (preview.status === 403) {
      const nothing = await post(context, '/sms/3/messages', { messages: [] }, true);
      if (!isSuccess(nothing) && nothing.status !== 400) throw infobipError(nothing);
    } else if (!isSuccess(preview)) {
      throw infobipError(preview);
    }
  },

  async deliver(context, message) {
    const { sendAt } = message;
    const schedule = sendAt === undefined ? {} : { options: { schedule: { sendAt: timeOf(sendAt) } } };
    const request = withVendorFields({ messages: [smsOf(context, message)], ...schedule }, message.vendor, RESERVED);
    const response = await post(context, '/sms/3/messages', request, false);
    if (!isSuccess(response)) throw infobipError(response);
    const answered = messageIn(response.text);
    if (!answered) throw missingStatus(response);
    const { groupId, id } = answered.status;
    // The message id belongs to this delivery only, so a duplicate id means that an earlier attempt has sent the
    // message.
    const refused =
      groupId !== STATUS_GROUPS.ok && groupId !== STATUS_GROUPS.pending && groupId !== STATUS_GROUPS.delivered;
    if (refused && id !== DUPLICATE_MESSAGE_ID) throw refusedMessage(answered.status, response);
    return { externalId: answered.messageId || context.delivery.idempotencyKey, response: recordedResponse(response) };
  },

  statusCallback,
});

/** Returns the message for a request to "Send SMS message" (v3). */
function smsOf(
  { credentials, settings, delivery }: DeliveryContext<InfobipSmsCredentials, InfobipSmsSettings>,
  { to, body, templateId, validityMinutes, regional }: InfobipSmsMessage,
): JsonObject {
  const regions = { ...regional, ...indiaDlt(settings.principalEntityId, templateId) };
  const options = {
    ...(validityMinutes !== undefined && { validityPeriod: { amount: validityMinutes, timeUnit: 'MINUTES' } }),
    ...(Object.keys(regions).length > 0 && { regional: regions }),
  };
  return {
    sender: settings.sender,
    destinations: [{ to: to.replace('+', ''), messageId: delivery.idempotencyKey }],
    content: { text: smsText(body, settings) },
    ...(Object.keys(options).length > 0 && { options }),
    ...(delivery.statusCallbackUrl !== undefined && {
      webhooks: {
        // All messages share one URL, so that Infobip can report many messages in one call.
        delivery: { url: provenCallbackUrl(delivery.statusCallbackUrl, credentials.apiKey) },
        contentType: 'application/json',
        callbackData: delivery.id,
      },
    }),
  };
}

function indiaDlt(principalEntityId: string | undefined, contentTemplateId: string | undefined): JsonObject {
  if (principalEntityId === undefined) {
    if (contentTemplateId === undefined) return {};
    throw new DeliveryError(
      'mapping',
      'The message has a "templateId", which requires the setting "principalEntityId". Set "principalEntityId", or ' +
        'remove "templateId" from the mapping.',
    );
  }
  return { indiaDlt: { principalEntityId, ...defined({ contentTemplateId }) } };
}

/** Formats a time for `sendAt` of "Send SMS message": with milliseconds and a numeric offset. */
function timeOf(sendAt: string): string {
  return new Date(sendAtMs(sendAt)).toISOString().replace('Z', '+00:00');
}

function post({ http, credentials, settings }: Context, path: string, json: Json, readsOnly: boolean) {
  return http.exchange({
    method: 'POST',
    url: joinUrl(settings.baseUrl, path),
    headers: { accept: 'application/json', authorization: `App ${credentials.apiKey}` },
    json,
    readsOnly,
  });
}
