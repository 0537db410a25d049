import {
  defineDestination,
  DeliveryError,
  emailAttachments,
  emailCopies,
  emailHeaders,
  emailSender,
  type AttachedFile,
} from '@patchbay/plugin-sdk';
import type { EmailContent, MessageHeader } from '@aws-sdk/client-sesv2';
import { AwsSesEmailCredentials, AwsSesEmailMessage, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { namedAddress } from './from-header.js';
import { sesClient, sesSdk } from './ses-client.js';
import { DELIVERY_TAG } from './ses-event.js';
import { statusCallback } from './status-callback.js';

/**
 * E-mail through SES's API v2 with AWS's own SDK. SES does not detect repeated requests, so an unconfirmed delivery is
 * held.
 */
export default defineDestination({
  type: 'aws-ses-email',
  label: 'Amazon SES',
  description: 'Sends e-mail through Amazon SES, from the mapping or a template, and tracks its status.',
  category: 'email',
  messaging: 'email',
  docsUrl: 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html',
  limits: { ratePerSecond: 14, concurrency: 14, timeoutMs: 15_000 },
  contract: 2,
  contextHttpOnly: true,
  credentials: AwsSesEmailCredentials,
  settings: AwsSesEmailSettings,
  message: AwsSesEmailMessage,

  /** Reads the account, which shows whether the key is valid and whether the account may send. */
  async verify(context) {
    const { GetAccountCommand } = await sesSdk();
    const client = await sesClient(context);
    const { SendingEnabled: enabled, ProductionAccessEnabled: production } = await client.send(
      new GetAccountCommand({}),
    );
    if (enabled === false) {
      throw new DeliveryError(
        'credentials',
        'SES: sending is paused for this account. Resume it in the SES console, then verify the destination.',
      );
    }
    if (production === false)
      context.logger.warn('account is in the SES sandbox, only verified addresses receive messages');
  },

  async deliver(context, message) {
    const { SendEmailCommand } = await sesSdk();
    const client = await sesClient(context, message.vendor);
    const { from, fromName, replyTo } = emailSender(message, context.settings);
    const { configurationSet } = context.settings;
    const { cc, bcc } = emailCopies(message);
    const { tags, contactList, topic } = message;
    const { MessageId: externalId, $metadata: answer } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: namedAddress(from, fromName),
        Destination: {
          ToAddresses: [message.to],
          ...(cc.length > 0 && { CcAddresses: cc }),
          ...(bcc.length > 0 && { BccAddresses: bcc }),
        },
        Content: contentOf(message, await emailAttachments(context.http, message)),
        EmailTags: pairsOf({ ...tags, [DELIVERY_TAG]: context.delivery.id }),
        ...(contactList !== undefined && {
          ListManagementOptions: { ContactListName: contactList, ...(topic !== undefined && { TopicName: topic }) },
        }),
        ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
        ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      }),
    );
    return { externalId, response: { status: answer.httpStatusCode ?? 200 } };
  },

  statusCallback,
});

/**
 * Returns the content of the e-mail: subject and texts, or a template. The rules of the message class guarantee one of
 * these two forms.
 */
function contentOf(message: AwsSesEmailMessage, files: readonly AttachedFile[]): EmailContent {
  const { subject, text, html, templateId, data } = message;
  const headers = emailHeaders(message);
  const further = {
    ...(headers !== undefined && { Headers: pairsOf(headers) }),
    ...(files.length > 0 && {
      Attachments: files.map(({ name, type, bytes }) => ({
        ...{ FileName: name, ContentType: type, RawContent: bytes },
        ContentTransferEncoding: 'BASE64' as const,
      })),
    }),
  };
  if (templateId !== undefined) {
    return { Template: { TemplateName: templateId, TemplateData: JSON.stringify(data ?? {}), ...further } };
  }
  const utf8 = (content: string) => ({ Data: content, Charset: 'UTF-8' });
  return {
    Simple: {
      Subject: utf8(subject ?? ''),
      Body: { ...(text !== undefined && { Text: utf8(text) }), ...(html !== undefined && { Html: utf8(html) }) },
      ...further,
    },
  };
}

function pairsOf(record: Readonly<Record<string, string>>): MessageHeader[] {
  return Object.entries(record).map(([Name, Value]) => ({ Name, Value }));
}
