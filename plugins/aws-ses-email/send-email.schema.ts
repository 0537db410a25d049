import type { JsonObject } from '@patchbay/plugin-sdk';

/*
 * Body of `POST /v2/email/outbound-emails`, written by hand from the SES API v2 reference, "SendEmail". Only the
 * sandbox uses this schema.
 */

const text: JsonObject = { type: 'string', minLength: 1 };
const addresses: JsonObject = { type: 'array', maxItems: 50, items: text };
const content: JsonObject = object({ Data: { type: 'string' }, Charset: text }, ['Data']);
const headers: JsonObject = {
  type: 'array',
  maxItems: 15,
  items: object(
    {
      Name: { type: 'string', minLength: 1, maxLength: 126, pattern: '^[!-9;-@A-~]+$' },
      Value: { type: 'string', minLength: 1, maxLength: 870, pattern: '[ -~]*' },
    },
    ['Name', 'Value'],
  ),
};

/** Schema of "Attachment". The SDK encodes the content in base64. */
const attachments: JsonObject = {
  type: 'array',
  items: object(
    {
      FileName: { type: 'string', minLength: 1, maxLength: 255 },
      RawContent: { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' },
      ContentType: { type: 'string', minLength: 1, maxLength: 78 },
      ContentDescription: { type: 'string', minLength: 1, maxLength: 1_000 },
      ContentDisposition: { enum: ['ATTACHMENT', 'INLINE'] },
      ContentId: { type: 'string', minLength: 1, maxLength: 78 },
      ContentTransferEncoding: { enum: ['BASE64', 'QUOTED_PRINTABLE', 'SEVEN_BIT'] },
    },
    ['FileName', 'RawContent'],
  ),
};

/** Schema of "MessageTag": ASCII letters, digits, `_` and `-`. */
const tag: JsonObject = { type: 'string', minLength: 1, maxLength: 256, pattern: '^[A-Za-z0-9_-]+$' };

/** Schema of the documented properties; all other properties are violations. */
export const SEND_EMAIL: JsonObject = object(
  {
    FromEmailAddress: text,
    FromEmailAddressIdentityArn: text,
    Destination: object({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
    ReplyToAddresses: addresses,
    FeedbackForwardingEmailAddress: text,
    FeedbackForwardingEmailAddressIdentityArn: text,
    Content: {
      ...object({
        Simple: object(
          {
            ...{ Subject: content, Body: object({ Text: content, Html: content }) },
            ...{ Headers: headers, Attachments: attachments },
          },
          ['Subject', 'Body'],
        ),
        Raw: object({ Data: text }, ['Data']),
        Template: object({
          TemplateName: text,
          TemplateArn: text,
          TemplateContent: object({ Subject: text, Text: text, Html: text }),
          TemplateData: { type: 'string', maxLength: 262_144 },
          Headers: headers,
          Attachments: attachments,
        }),
      }),
      minProperties: 1,
      maxProperties: 1,
    },
    EmailTags: { type: 'array', items: object({ Name: tag, Value: tag }, ['Name', 'Value']) },
    ConfigurationSetName: text,
    EndpointId: text,
    TenantName: text,
    ListManagementOptions: object({ ContactListName: text, TopicName: text }, ['ContactListName']),
  },
  ['Content'],
);

function object(properties: Record<string, JsonObject>, required: string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
