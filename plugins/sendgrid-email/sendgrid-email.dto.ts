import { Field, OneOf, VENDOR, type JsonObject } from '@patchbay/plugin-sdk';

/** Text without CR and LF, which would start another header in the e-mail. */
const ONE_LINE = /^[^\r\n]*$/;

/** API key that may send, and the verification key of the Event Webhook. */
export class SendGridEmailCredentials {
  @Field({
    label: 'API key',
    help: 'Settings › API Keys. It needs only the permission Mail Send.',
    secret: true,
    pattern: /^SG\.\S+$/,
  })
  apiKey: string;

  @Field({
    label: 'Verification key',
    help: 'Settings › Mail Settings › Event Webhooks › Signature Verification. Without it, all status callbacks are refused.',
    optional: true,
    pattern: /^[A-Za-z0-9+/]{100,}={0,2}$/,
  })
  webhookPublicKey?: string;
}

/** Settings of the sender, and options for sending. */
export class SendGridEmailSettings {
  @Field({ label: 'From', help: 'A verified sender of the account.', format: 'email', example: 'hello@acme.example' })
  from: string;

  @Field({ label: 'From name', optional: true, minLength: 1, maxLength: 200, pattern: ONE_LINE, example: 'Acme' })
  fromName?: string;

  @Field({ label: 'Reply to', optional: true, format: 'email' })
  replyTo?: string;

  @Field({
    label: 'Region',
    help: 'Region of the account: eu for EU subusers.',
    enum: ['global', 'eu'],
    default: 'global',
  })
  region: 'global' | 'eu';

  @Field({
    label: 'Categories',
    help: "For SendGrid's statistics. SendGrid keeps them permanently, so use no personal data.",
    optional: true,
    type: 'list',
    maxItems: 10,
    minLength: 1,
    maxLength: 255,
  })
  categories?: string[];

  @Field({
    label: 'Unsubscribe group',
    help: 'Its number. Recipients can unsubscribe from this group; SendGrid drops messages to them.',
    optional: true,
    type: 'integer',
    minimum: 1,
  })
  unsubscribeGroupId?: number;

  @Field({ label: 'Sandbox mode', help: 'SendGrid checks every message and sends none.', default: false })
  sandboxMode: boolean;

  @Field({
    label: 'Base URL',
    help: 'Replaces api.sendgrid.com.',
    optional: true,
    format: 'uri',
    fileOnly: true,
  })
  baseUrl?: string;
}

/** One e-mail: content from the mapping, or a dynamic template of the account with its data. */
@OneOf([['subject', 'text'], ['subject', 'html'], ['subject', 'text', 'html'], ['templateId'], ['templateId', 'data']])
export class SendGridEmailMessage {
  @Field({ label: 'To', format: 'email', personal: true, address: 'email', example: 'customer@example.com' })
  to: string;

  @Field({ label: 'Subject', optional: true, minLength: 1, maxLength: 998, pattern: ONE_LINE, personal: true })
  subject?: string;

  @Field({ label: 'HTML', optional: true, minLength: 1, personal: true, multiline: true })
  html?: string;

  @Field({ label: 'Text', optional: true, minLength: 1, personal: true, multiline: true })
  text?: string;

  @Field({
    label: 'Template ID',
    help: 'A dynamic template. The template contains the subject.',
    optional: true,
    pattern: /^d-[0-9a-f]{32}$/,
    example: 'd-0123456789abcdef0123456789abcdef',
  })
  templateId?: string;

  @Field({ label: 'Template data', optional: true, type: 'object', personal: true })
  data?: object;

  @Field(VENDOR)
  vendor?: JsonObject;
}
