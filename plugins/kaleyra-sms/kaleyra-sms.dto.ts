import { Field, MAX_SEGMENTS, UNSUBSCRIBE_TEXT } from '@patchbay/plugin-sdk';

/** Who sends: an account and a key of it. */
export class KaleyraSmsCredentials {
  @Field({
    label: 'API key',
    help: 'Made in kaleyra.io under Developers.',
    secret: true,
    pattern: /^[\x21-\x7e]+$/,
  })
  apiKey: string;

  @Field({ label: 'SID', help: 'The account, shown beside the API key.', pattern: /^[A-Za-z0-9]{4,64}$/ })
  sid: string;
}

/** Where kaleyra.io keeps an account. */
export const REGIONS = ['in', 'ap', 'eu', 'na', 'global'] as const;

/** What kind of message it is, which decides where and when it may be sent. */
export const MESSAGE_TYPES = ['MKT', 'TXN', 'OTP', 'DEFAULT'] as const;

/** How the account sends. */
export class KaleyraSmsSettings {
  @Field({
    label: 'Sender',
    help: 'The approved sender id or number.',
    pattern: /^(\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 _-]{1,11})$/,
    example: 'KLRHXA',
  })
  sender: string;

  @Field({
    label: 'Message type',
    help: 'MKT: marketing. TXN: transactional. OTP: one-time passwords. It has to fit the registered template.',
    enum: MESSAGE_TYPES,
  })
  messageType: (typeof MESSAGE_TYPES)[number];

  @Field({
    label: 'Region',
    help: 'Where kaleyra.io keeps your account; the address of its pages says so.',
    enum: REGIONS,
  })
  region: (typeof REGIONS)[number];

  @Field({
    label: 'Endpoint',
    help: 'The last part of the address for sending: accounts with newer documentation use "sms".',
    enum: ['messages', 'sms'],
    default: 'messages',
  })
  endpoint: 'messages' | 'sms' = 'messages';

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;

  @Field({
    label: 'Base URL',
    help: 'Another address for the region’s own.',
    optional: true,
    format: 'uri',
    fileOnly: true,
  })
  baseUrl?: string;
}

/** One text to one number. */
export class KaleyraSmsMessage {
  @Field({ label: 'To', help: 'In E.164.', format: 'e164', personal: true, example: '+919000000001' })
  to: string;

  @Field({ label: 'Text', minLength: 1, maxLength: 2_000, personal: true, multiline: true })
  body: string;

  @Field({
    label: 'DLT template id',
    help: 'For numbers in India: the registered template that the text was made from.',
    optional: true,
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
  })
  templateId?: string;
}
