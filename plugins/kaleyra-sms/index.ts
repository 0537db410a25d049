import {
  classifyStatus,
  defined,
  defineDestination,
  joinUrl,
  provenCallbackUrl,
  recordedResponse,
  smsText,
  withVendorFields,
  type DeliveryContext,
  type DestinationContext,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { kaleyraError, messageIdIn } from './errors.js';
import { KaleyraSmsCredentials, KaleyraSmsMessage, KaleyraSmsSettings, type REGIONS } from './kaleyra-sms.dto.js';
import { statusCallback } from './status-callback.js';

type Context = Pick<DestinationContext<KaleyraSmsCredentials, KaleyraSmsSettings>, 'credentials' | 'settings'>;

/** Parameters that only the plugin sets, even if the hub has no public URL. */
const RESERVED = ['to', 'ref', 'callback', 'callback_profile_id'];

const HOSTS: Readonly<Record<(typeof REGIONS)[number], string>> = {
  in: 'https://api.in.kaleyra.io',
  ap: 'https://api.ap.kaleyra.io',
  eu: 'https://api.eu.kaleyra.io',
  na: 'https://api.na.kaleyra.ai',
  global: 'https://api.kaleyra.io',
};

/** SMS through Kaleyra's v1. Kaleyra does not detect repeated requests, so an unconfirmed delivery is held. */
export default defineDestination({
  type: 'kaleyra-sms',
  label: 'Kaleyra SMS',
  description: 'Sends SMS through Kaleyra, with DLT templates for India, and tracks them to the handset.',
  category: 'sms',
  messaging: 'sms',
  docsUrl: 'https://developers.kaleyra.io/docs/send-your-first-sms',
  limits: { ratePerSecond: 30, concurrency: 20, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: KaleyraSmsCredentials,
  settings: KaleyraSmsSettings,
  message: KaleyraSmsMessage,

  /**
   * Requests the status of a message that does not exist. Kaleyra does not document its response to such a request if
   * the key is valid.
   */
  async verify(context) {
    const response = await context.http.exchange({
      method: 'GET',
      url: `${addressOf(context)}/status`,
      query: { message_ids: '00000000-0000-0000-0000-000000000000:1' },
      headers: headersOf(context),
      readsOnly: true,
    });
    const kind = classifyStatus(response.status);
    if (kind !== undefined && kind !== 'rejected') throw kaleyraError(response);
  },

  async deliver(context, message) {
    const response = await context.http.exchange({
      method: 'POST',
      url: addressOf(context),
      headers: headersOf(context),
      json: withVendorFields(smsOf(context, message), message.vendor, RESERVED),
    });
    return { externalId: messageIdIn(response), response: recordedResponse(response) };
  },

  statusCallback,
});

/** Returns the parameters of one message, from "Send the First SMS". */
function smsOf(
  { credentials, settings, delivery }: DeliveryContext<KaleyraSmsCredentials, KaleyraSmsSettings>,
  { to, body, templateId }: KaleyraSmsMessage,
): JsonObject {
  const { statusCallbackUrl, id } = delivery;
  return {
    to,
    sender: settings.sender,
    type: settings.messageType,
    body: smsText(body, settings),
    source: 'API',
    ref: id,
    ...defined({ template_id: templateId }),
    ...(statusCallbackUrl !== undefined && {
      callback: {
        url: provenCallbackUrl(statusCallbackUrl, credentials.apiKey, id),
        method: 'POST',
        retry: { count: '3', interval: ['10', '10', '10'] },
      },
    }),
  };
}

function addressOf({ credentials, settings }: Context): string {
  return joinUrl(settings.baseUrl ?? HOSTS[settings.region], `/v1/${credentials.sid}/${settings.endpoint}`);
}

function headersOf({ credentials }: Context) {
  return { accept: 'application/json', 'api-key': credentials.apiKey };
}
