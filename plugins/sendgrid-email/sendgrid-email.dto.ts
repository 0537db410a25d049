import { Field, OneOf } from '@patchbay/plugin-sdk';

/** CR and LF would start a header of their own in the e-mail. */
const ONE_LINE = /^[^\r\n]*$/;

/** A key that may send, and what the Event Webhook is signed with. */
export class SendGridEmailCredentials {
  @Field({
    label: 'API key',
    help: 'Settings › API Keys. It needs Mail Send and nothing else.',
    secret: true,
    pattern: /^SG\.\S+$/,
  })
  apiKey: string;

  @Field({
    label: 'Verification key',
    help: 'Settings › Mail Settings › Event Webhooks › Signature Verification. Without it no status callback is heard.',
    optional: true,
    pattern: /^[A-Za-z0-9+/]{100,}={0,2}$/,
  })
  webhookPublicKey?: string;
}

/** Who sends, and how SendGrid is to treat what is sent. */
export class SendGridEmailSettings {
  @Field({ label: 'From', help: 'A verified sender of the account.', format: 'email', example: 'hello@acme.example' })
  from: string;

  @Field({ label: 'From name', optional: true, minLength: 1, maxLength: 200, pattern: ONE_LINE, example: 'Acme' })
  fromName?: string;

  @Field({ label: 'Reply to', optional: true, format: 'email' })
  replyTo?: string;

  @Field({
    label: 'Region',
    help: 'Where the account is kept: eu for EU subusers.',
    enum: ['global', 'eu'],
    default: 'global',
  })
  region: 'global' | 'eu';

  @Field({
    label: 'Categories',
    help: "For SendGrid's statistics. SendGrid keeps them for good: nothing personal.",
    optional: true,
    type: 'list',
    maxItems: 10,
    minLength: 1,
    maxLength: 255,
  })
  categories?: string[];

  @Field({
    label: 'Unsubscribe group',
    help: 'Its number: recipients can leave this group alone, and SendGrid drops what they no longer want.',
    optional: true,
    type: 'integer',
    minimum: 1,
  })
  unsubscribeGroupId?: number;

  @Field({ label: 'Sandbox mode', help: 'SendGrid checks every message and sends none.', default: false })
  sandboxMode: boolean;

  @Field({
    label: 'Base URL',
    help: 'Another address for api.sendgrid.com.',
    optional: true,
    format: 'uri',
    fileOnly: true,
  })
  baseUrl?: string;
}

/** One e-mail: written here, or a dynamic template of the account with its data. */
@OneOf([['subject', 'text'], ['subject', 'html'], ['subject', 'text', 'html'], ['templateId'], ['templateId', 'data']])
export class SendGridEmailMessage {
  @Field({ label: 'To', format: 'email', personal: true, example: 'customer@example.com' })
  to: string;

  @Field({ label: 'Subject', optional: true, minLength: 1, maxLength: 998, pattern: ONE_LINE, personal: true })
  subject?: string;

  @Field({ label: 'HTML', optional: true, minLength: 1, personal: true, multiline: true })
  html?: string;

  @Field({ label: 'Text', optional: true, minLength: 1, personal: true, multiline: true })
  text?: string;

  @Field({
    label: 'Template ID',
    help: 'A dynamic template; it brings its own subject.',
    optional: true,
    pattern: /^d-[0-9a-f]{32}$/,
    example: 'd-0123456789abcdef0123456789abcdef',
  })
  templateId?: string;

  @Field({ label: 'Template data', optional: true, type: 'object', personal: true })
  data?: object;
}
