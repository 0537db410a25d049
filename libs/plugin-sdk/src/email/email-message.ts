import { Field } from '../field/field.decorator.js';
import type { FieldOptions } from '../field/field-options.js';
import type { JsonObject } from '../json.js';
import { VENDOR } from '../vendor-fields.js';

/** Text without CR and LF, which would start another header in the e-mail. */
export const ONE_LINE = /^[^\r\n]*$/;

const COPIES: FieldOptions = {
  label: 'Copies (cc)',
  help: 'The hub leaves out copies to addresses on the suppression list.',
  optional: true,
  type: 'list',
  maxItems: 50,
  format: 'email',
  personal: true,
  address: 'email',
};

/** File to attach to an e-mail. The hub downloads the file before it sends the e-mail. */
export class EmailAttachment {
  @Field({ label: 'URL', help: 'The hub downloads the file without a login.', format: 'uri', personal: true })
  url: string;

  @Field({
    label: 'File name',
    minLength: 1,
    maxLength: 255,
    pattern: '^[^\\p{Cc}/\\\\]+$',
    personal: true,
    example: 'receipt.pdf',
  })
  name: string;

  @Field({
    label: 'Type',
    help: 'Media type of the file.',
    pattern: /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,100}$/,
    default: 'application/octet-stream',
    example: 'application/pdf',
  })
  type: string;
}

/** Fields that the messages of all e-mail plugins have. */
export class EmailMessage {
  @Field({ label: 'To', format: 'email', personal: true, address: 'email', example: 'customer@example.com' })
  to: string;

  @Field({ label: 'Subject', optional: true, minLength: 1, maxLength: 998, pattern: ONE_LINE, personal: true })
  subject?: string;

  @Field({ label: 'HTML', optional: true, minLength: 1, personal: true, multiline: true })
  html?: string;

  @Field({ label: 'Text', optional: true, minLength: 1, personal: true, multiline: true })
  text?: string;

  @Field({ label: 'Template data', optional: true, type: 'object', personal: true })
  data?: JsonObject;

  @Field(COPIES)
  cc?: string[];

  @Field({ ...COPIES, label: 'Blind copies (bcc)' })
  bcc?: string[];

  @Field({ label: 'From', help: 'Replaces the sender of the destination.', optional: true, format: 'email' })
  from?: string;

  @Field({ label: 'From name', optional: true, minLength: 1, maxLength: 200, pattern: ONE_LINE })
  fromName?: string;

  @Field({ label: 'Reply to', optional: true, format: 'email', personal: true })
  replyTo?: string;

  @Field({
    label: 'Unsubscribe URL',
    help: 'Sent as List-Unsubscribe with one click (RFC 8058). It must accept a POST without a login.',
    optional: true,
    format: 'uri',
    pattern: /^https:\/\/[\x21-\x7e]+$/,
    personal: true,
  })
  unsubscribeUrl?: string;

  @Field({
    label: 'Headers',
    help: 'Further headers of the e-mail.',
    optional: true,
    type: 'record',
    maxItems: 10,
    maxLength: 870,
    pattern: ONE_LINE,
    personal: true,
  })
  headers?: Record<string, string>;

  @Field({
    label: 'Attachments',
    help: 'At most 10 MB in all.',
    optional: true,
    type: 'list',
    items: EmailAttachment,
    maxItems: 10,
  })
  attachments?: EmailAttachment[];

  @Field(VENDOR)
  vendor?: JsonObject;
}
