import {
  defined,
  defineDestination,
  emailAttachments,
  emailCopies,
  emailHeaders,
  emailSender,
  sendAtMs,
  type DestinationContext,
} from '@patchbay/plugin-sdk';
import { DELIVERY_ARGUMENT, statusCallback, recipientArguments } from './status-callback.js';
import { SendGridEmailCredentials, SendGridEmailMessage, SendGridEmailSettings } from './sendgrid-email.dto.js';

/**
 * E-mail through SendGrid's v3 Mail Send. SendGrid does not detect repeated requests, so an unconfirmed delivery is
 * held.
 */
export default defineDestination({
  type: 'sendgrid-email',
  label: 'SendGrid e-mail',
  description: 'Sends e-mail, from the mapping or a dynamic template, and tracks its status.',
  category: 'email',
  messaging: 'email',
  docsUrl: 'https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send',
  limits: { ratePerSecond: 100, concurrency: 20, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: SendGridEmailCredentials,
  settings: SendGridEmailSettings,
  message: SendGridEmailMessage,

  /** Sends a message from the sender to itself in sandbox mode: SendGrid checks key and request, and sends nothing. */
  async verify(context) {
    const message = Object.assign(new SendGridEmailMessage(), {
      to: context.settings.from,
      subject: 'Patchbay verifies this destination',
      text: 'Nothing is sent.',
    });
    await send(context, message, { sandbox: true });
  },

  async deliver(context, message) {
    const { settings, delivery } = context;
    const customArgs = { [DELIVERY_ARGUMENT]: delivery.id, ...recipientArguments(message) };
    const options = { sandbox: settings.sandboxMode, customArgs };
    const { statusCode, headers } = await send(context, message, options);
    return { externalId: headers['x-message-id'], response: { status: statusCode } };
  },

  statusCallback,
});

type Context = DestinationContext<SendGridEmailCredentials, SendGridEmailSettings>;

async function send(
  { http, now, credentials, settings }: Context,
  message: SendGridEmailMessage,
  { sandbox, customArgs }: { readonly sandbox: boolean; readonly customArgs?: Record<string, string> },
): Promise<{ readonly statusCode: number; readonly headers: Readonly<Partial<Record<string, string>>> }> {
  // The SDK is loaded with the first message, because loading takes 100 ms, which a hub without SendGrid must not spend
  // at boot.
  const { sendGridMail } = await import('./sendgrid-client.js');
  const { to, subject, data, sendAt } = message;
  const { categories = settings.categories, unsubscribeGroupId = settings.unsubscribeGroupId } = message;
  const { from, fromName, replyTo } = emailSender(message, settings);
  const { cc, bcc } = emailCopies(message);
  const files = await emailAttachments(http, message);
  const [headers, emails] = [emailHeaders(message), (list: string[]) => list.map((email) => ({ email }))];
  const [response] = await sendGridMail({ http, now }, credentials, settings, message, sandbox).send({
    from: { email: from, ...defined({ name: fromName }) },
    // The SDK's own `dynamicTemplateData` is not used, because it fails for names such as toString and warns about
    // quotes. The arguments belong to the one e-mail of the request, so they are in its personalization ("Personalizations").
    personalizations: [
      {
        to: { email: to },
        ...(cc.length > 0 && { cc: emails(cc) }),
        ...(bcc.length > 0 && { bcc: emails(bcc) }),
        ...defined({ dynamicTemplateData: data && { ...data }, customArgs }),
      },
    ],
    ...contentOf(message),
    ...defined({ subject, headers, categories }),
    ...(replyTo !== undefined && { replyTo: { email: replyTo } }),
    ...(files.length > 0 && {
      attachments: files.map(({ name, type, bytes }) => ({
        ...{ filename: name, type, disposition: 'attachment' },
        content: Buffer.from(bytes).toString('base64'),
      })),
    }),
    ...(sendAt !== undefined && { sendAt: Math.floor(sendAtMs(sendAt) / 1_000) }),
    ...(unsubscribeGroupId !== undefined && { asm: { groupId: unsubscribeGroupId } }),
    ...(sandbox && { mailSettings: { sandboxMode: { enable: true } } }),
  });
  return response;
}

/**
 * Returns the content of the e-mail. The rules of the message class guarantee a template, text or HTML. The SDK puts
 * plain text before HTML, as SendGrid requires.
 */
function contentOf({ templateId, text, html }: SendGridEmailMessage) {
  if (templateId !== undefined) return { templateId };
  if (html === undefined) return { text: text ?? '' };
  return text === undefined ? { html } : { text, html };
}
