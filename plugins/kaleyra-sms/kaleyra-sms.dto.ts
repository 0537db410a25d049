import {
  BASE_URL,
  Field,
  MAX_SEGMENTS,
  TO_PHONE,
  UNSUBSCRIBE_TEXT,
  VENDOR,
  type JsonObject,
} from '@patchbay/plugin-sdk';

/** Id of the account, and an API key of the account. */
export class KaleyraSmsCredentials {
  @Field({
    label: 'API key',
    help: 'Create it in kaleyra.io under Developers.',
    secret: true,
    pattern: /^[\x21-\x7e]+$/,
  })
  apiKey: string;

  @Field({ label: 'SID', help: 'Id of the account, shown next to the API key.', pattern: /^[A-Za-z0-9]{4,64}$/ })
  sid: string;
}

/** Regions of kaleyra.io. */
export const REGIONS = ['in', 'ap', 'eu', 'na', 'global'] as const;

/** Types of message, which decide where and at what time Kaleyra may send a message. */
export const MESSAGE_TYPES = ['MKT', 'TXN', 'OTP', 'DEFAULT'] as const;

/** Settings for sending SMS through Kaleyra. */
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
    help: 'MKT: marketing. TXN: transactional. OTP: one-time passwords. It must match the registered template.',
    enum: MESSAGE_TYPES,
  })
  messageType: (typeof MESSAGE_TYPES)[number];

  @Field({
    label: 'Region',
    help: 'Region of your account; see the address of its pages.',
    enum: REGIONS,
  })
  region: (typeof REGIONS)[number];

  @Field({
    label: 'Endpoint',
    help: 'Last part of the address for sending. Accounts with newer documentation use "sms".',
    enum: ['messages', 'sms'],
    default: 'messages',
  })
  endpoint: 'messages' | 'sms' = 'messages';

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;

  @Field({ ...BASE_URL, help: 'Replaces the address of the region.' })
  baseUrl?: string;
}

/** SMS message: one text to one number. */
export class KaleyraSmsMessage {
  @Field({ ...TO_PHONE, example: '+919000000001' })
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

  @Field(VENDOR)
  vendor?: JsonObject;
}
