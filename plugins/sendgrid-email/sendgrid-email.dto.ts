import { BASE_URL, EmailMessage, EmailSettings, Field, OneOf, SEND_AT, type FieldOptions } from '@patchbay/plugin-sdk';

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

const CATEGORIES: FieldOptions = {
  label: 'Categories',
  help: "For SendGrid's statistics. SendGrid keeps them permanently, so use no personal data.",
  optional: true,
  type: 'list',
  maxItems: 10,
  minLength: 1,
  maxLength: 255,
};

const UNSUBSCRIBE_GROUP: FieldOptions = {
  label: 'Unsubscribe group',
  help: 'Its number. Recipients can unsubscribe from this group; SendGrid drops messages to them.',
  optional: true,
  type: 'integer',
  minimum: 1,
};

/** Settings of the sender, and options for sending. */
export class SendGridEmailSettings extends EmailSettings {
  @Field({
    label: 'Region',
    help: 'Region of the account: eu for EU subusers.',
    enum: ['global', 'eu'],
    default: 'global',
  })
  region: 'global' | 'eu';

  @Field(CATEGORIES)
  categories?: string[];

  @Field(UNSUBSCRIBE_GROUP)
  unsubscribeGroupId?: number;

  @Field({ label: 'Sandbox mode', help: 'SendGrid checks every message and sends none.', default: false })
  sandboxMode: boolean;

  @Field({ ...BASE_URL, help: 'Replaces api.sendgrid.com.' })
  baseUrl?: string;
}

/** One e-mail: content from the mapping, or a dynamic template of the account with its data. */
@OneOf([['subject', 'text'], ['subject', 'html'], ['subject', 'text', 'html'], ['templateId'], ['templateId', 'data']])
export class SendGridEmailMessage extends EmailMessage {
  @Field({
    label: 'Template ID',
    help: 'A dynamic template. The template contains the subject.',
    optional: true,
    pattern: /^d-[0-9a-f]{32}$/,
    example: 'd-0123456789abcdef0123456789abcdef',
  })
  templateId?: string;

  @Field({ ...SEND_AT, help: 'Time in ISO 8601, at most 72 hours ahead. The hub can no longer stop the message then.' })
  sendAt?: string;

  @Field({ ...CATEGORIES, help: 'Replace the categories of the destination.' })
  categories?: string[];

  @Field({ ...UNSUBSCRIBE_GROUP, help: 'Replaces the unsubscribe group of the destination.' })
  unsubscribeGroupId?: number;
}
