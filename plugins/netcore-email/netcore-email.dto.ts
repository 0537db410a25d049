import { BASE_URL, EmailMessage, EmailSettings, Field, OneOf, SEND_AT, type FieldOptions } from '@patchbay/plugin-sdk';

/** API key of the account. */
export class NetcoreEmailCredentials {
  @Field({
    label: 'API key',
    help: 'Settings › Integrations in the panel of Netcore Email API.',
    secret: true,
    pattern: /^[\x21-\x7e]{8,}$/,
  })
  apiKey: string;
}

const TAGS: FieldOptions = {
  label: 'Tags',
  help: "For Netcore's reports.",
  optional: true,
  type: 'list',
  maxItems: 10,
  maxLength: 100,
};

/** Settings of the sender, and the address of the account at Netcore. */
export class NetcoreEmailSettings extends EmailSettings {
  @Field(TAGS)
  tags?: string[];

  @Field({ label: 'Region', help: 'Region of the account.', enum: ['global', 'eu'], default: 'global' })
  region: 'global' | 'eu';

  @Field({
    label: 'Path',
    help: 'Path of the operation for sending, in version 5.1 or 5 of the API.',
    enum: ['/v5.1/mail/send', '/v5/mail/send'],
    default: '/v5.1/mail/send',
  })
  path: '/v5.1/mail/send' | '/v5/mail/send';

  @Field({ ...BASE_URL, help: "Replaces the region's address." })
  baseUrl?: string;
}

/** One e-mail: content from the mapping, or a template of the account with its data. */
@OneOf([
  ['subject', 'text'],
  ['subject', 'html'],
  ['subject', 'text', 'html'],
  ['templateId'],
  ['templateId', 'data'],
  ['subject', 'templateId'],
  ['subject', 'templateId', 'data'],
])
export class NetcoreEmailMessage extends EmailMessage {
  @Field({
    label: 'Template ID',
    help: 'Number of a template of the account. Its variables, written [% name %], get the template data.',
    optional: true,
    type: 'integer',
    minimum: 1,
  })
  templateId?: number;

  @Field(SEND_AT)
  sendAt?: string;

  @Field({ ...TAGS, help: 'Replace the tags of the destination.' })
  tags?: string[];
}
