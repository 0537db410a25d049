import {
  defined,
  defineDestination,
  emailAttachments,
  emailCopies,
  emailHeaders,
  emailSender,
  httpResponseOf,
  isSuccess,
  joinUrl,
  jsonObjectIn,
  objectOf,
  sendAtMs,
  textOf,
  textsIn,
  withVendorFields,
  type AttachedFile,
  type DestinationContext,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { isRefusal, netcoreError, refusedInside } from './errors.js';
import { NetcoreEmailCredentials, NetcoreEmailMessage, NetcoreEmailSettings } from './netcore-email.dto.js';
import { statusCallback } from './status-callback.js';

type Context = DestinationContext<NetcoreEmailCredentials, NetcoreEmailSettings>;

/** Fields of "Send Mail" that only the plugin sets, because they are recipients or identify the delivery. */
const RESERVED = [
  ...['to', 'cc', 'bcc', 'token_to', 'token_cc', 'token_bcc'].map((name) => `personalizations.${name}`),
  ...['bcc', 'settings.bcc'],
];

const HOSTS = { global: 'https://emailapi.netcorecloud.net', eu: 'https://apieu.netcorecloud.net' } as const;

/**
 * E-mail through Netcore's v5.1. Netcore does not detect repeated requests, so an unconfirmed delivery is held.
 *
 * Version 6 is not offered. Its page "Send Mail" has other fields: `reply_to` is a list of objects, and a template needs
 * `subject` and `content` too. Netcore documents neither the path of version 6 nor its authentication.
 */
export default defineDestination({
  type: 'netcore-email',
  label: 'Netcore Email',
  description:
    'Sends e-mail through Netcore (formerly Pepipost), from the mapping or a template, and tracks its status.',
  category: 'email',
  messaging: 'email',
  docsUrl: 'https://emaildocs.netcorecloud.com/reference/send-mail-api-1',
  limits: { ratePerSecond: 50, concurrency: 20, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: NetcoreEmailCredentials,
  settings: NetcoreEmailSettings,
  message: NetcoreEmailMessage,

  /**
   * Sends an e-mail without a recipient, because Netcore has no operation that only checks a key. Netcore refuses a
   * wrong key at once. With a valid key, Netcore refuses the e-mail because the recipient is missing.
   */
  async verify(context) {
    const withoutRecipient = {
      ...senderOf(context.settings, new NetcoreEmailMessage()),
      subject: 'Patchbay verifies this destination',
      personalizations: [],
    };
    const response = await sendMail(context, withoutRecipient, true);
    if (response.status === 400) return;
    if (!isSuccess(response)) throw netcoreError(response);
  },

  async deliver(context, message) {
    const { http, settings, delivery } = context;
    const files = await emailAttachments(http, message);
    const json = withVendorFields(mailOf(settings, message, delivery.id, files), message.vendor, RESERVED);
    const response = await sendMail(context, json);
    if (!isSuccess(response)) throw netcoreError(response, mappedIn(message));
    if (isRefusal(response)) throw refusedInside(response);
    return { externalId: messageIdIn(response), response: { status: response.status } };
  },

  statusCallback,
});

/** Calls "Send Mail" with the key of the account, and resolves with any status. */
async function sendMail({ axios, credentials, settings }: Context, mail: JsonObject, readsOnly = false) {
  const url = joinUrl(settings.baseUrl ?? HOSTS[settings.region], settings.path);
  const headers = { accept: 'application/json', api_key: credentials.apiKey };
  return httpResponseOf(await axios.post(url, mail, { headers, readsOnly, validateStatus: null }));
}

/** Returns the message id. A 2xx status means that Netcore accepted the message, even if the body is unreadable. */
function messageIdIn({ text }: HttpResponse): string | undefined {
  return textOf(objectOf(jsonObjectIn(text)?.data).message_id);
}

/**
 * Returns the body of "Send Mail". `token_to` contains the delivery id, and every event of the webhook contains this
 * token.
 */
function mailOf(
  settings: NetcoreEmailSettings,
  message: NetcoreEmailMessage,
  deliveryId: string,
  files: readonly AttachedFile[],
): JsonObject {
  const { to, subject, templateId, data, sendAt } = message;
  const { cc, bcc } = emailCopies(message);
  const [headers, emails] = [emailHeaders(message), (list: string[]) => list.map((email) => ({ email }))];
  const html = message.html ?? (message.text === undefined ? undefined : htmlOf(message.text));
  return {
    ...senderOf(settings, message),
    ...defined({ subject, template_id: templateId }),
    ...(html !== undefined && { content: [{ type: 'html', value: html }] }),
    ...(sendAt !== undefined && { schedule: Math.floor(sendAtMs(sendAt) / 1_000) }),
    ...(files.length > 0 && {
      attachments: files.map(({ name, bytes }) => ({ name, content: Buffer.from(bytes).toString('base64') })),
    }),
    personalizations: [
      {
        to: [{ email: to }],
        ...(cc.length > 0 && { cc: emails(cc) }),
        ...(bcc.length > 0 && { bcc: emails(bcc) }),
        token_to: deliveryId,
        // Netcore inserts the values into text.
        ...defined({ attributes: data && textsIn(data), headers }),
      },
    ],
  };
}

function senderOf(settings: NetcoreEmailSettings, message: NetcoreEmailMessage): JsonObject {
  const { from, fromName, replyTo } = emailSender(message, settings);
  const { tags = settings.tags } = message;
  return {
    from: { email: from, ...defined({ name: fromName }) },
    ...defined({ reply_to: replyTo, tags }),
  };
}

/** Returns the fields of "Send Mail" that the mapping has set in place of the settings. */
function mappedIn({ from, replyTo, tags, vendor }: NetcoreEmailMessage): readonly string[] {
  return Object.keys(defined({ from, reply_to: replyTo, tags, ...vendor }));
}

/** Returns HTML that displays the text unchanged. */
function htmlOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/\r\n?|\n/g, '<br>\n');
}
