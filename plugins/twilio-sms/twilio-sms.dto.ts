import {
  BASE_URL,
  Field,
  MAX_SEGMENTS,
  OneOf,
  SEND_AT,
  TO_PHONE,
  UNSUBSCRIBE_TEXT,
  VENDOR,
  type JsonObject,
} from '@patchbay/plugin-sdk';

/**
 * Credentials of the account. The auth token is required even with an API key, because Twilio signs its callbacks with
 * the auth token.
 */
@OneOf([['apiKeySid', 'apiKeySecret'], []])
export class TwilioSmsCredentials {
  @Field({ label: 'Account SID', help: 'On the first page of the Twilio console.', pattern: /^AC[0-9a-fA-F]{32}$/ })
  accountSid: string;

  @Field({
    label: 'Auth token',
    help: 'Below the Account SID. Twilio signs its status callbacks with it.',
    secret: true,
  })
  authToken: string;

  @Field({
    label: 'API key SID',
    help: 'If set, messages are sent with this key.',
    optional: true,
    pattern: /^SK[0-9a-fA-F]{32}$/,
  })
  apiKeySid?: string;

  @Field({ label: 'API key secret', optional: true, secret: true, minLength: 1 })
  apiKeySecret?: string;
}

/** Sender of the messages: one number or name, or a messaging service. */
@OneOf([['from'], ['messagingServiceSid']])
export class TwilioSmsSettings {
  @Field({
    label: 'From',
    help: 'A number in E.164, a short code, or a sender name of up to 11 letters, digits and spaces.',
    optional: true,
    pattern: /^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    example: '+15005550006',
  })
  from?: string;

  @Field({ label: 'Messaging service SID', optional: true, pattern: /^MG[0-9a-fA-F]{32}$/ })
  messagingServiceSid?: string;

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;

  @Field({ ...BASE_URL, help: 'Replaces api.twilio.com.' })
  baseUrl?: string;
}

/** One SMS or MMS: a text, media, both, or a template with its values. */
@OneOf([['body'], ['mediaUrls'], ['body', 'mediaUrls'], ['contentSid'], ['contentSid', 'contentVariables']])
export class TwilioSmsMessage {
  @Field(TO_PHONE)
  to: string;

  @Field({ label: 'Text', optional: true, minLength: 1, maxLength: 1_600, personal: true, multiline: true })
  body?: string;

  @Field({
    label: 'Content SID',
    help: 'A template of the Content API.',
    optional: true,
    pattern: /^HX[0-9a-fA-F]{32}$/,
  })
  contentSid?: string;

  @Field({ label: 'Content variables', optional: true, type: 'record', maxItems: 100, personal: true })
  contentVariables?: Record<string, string>;

  @Field({
    label: 'Media',
    help: 'URLs of files, which Twilio reads. The message becomes an MMS.',
    optional: true,
    type: 'list',
    minItems: 1,
    maxItems: 10,
    format: 'uri',
    personal: true,
  })
  mediaUrls?: string[];

  @Field({
    ...SEND_AT,
    help: 'From 15 minutes to 35 days ahead, in ISO 8601. Needs the setting "messagingServiceSid".',
  })
  sendAt?: string;

  @Field({
    label: 'Validity period',
    help: 'Seconds after which Twilio no longer sends a message that waits in its queue.',
    optional: true,
    type: 'integer',
    minimum: 1,
    maximum: 36_000,
  })
  validityPeriod?: number;

  @Field({
    label: 'Shorten URLs',
    help: 'Needs link shortening in the messaging service.',
    optional: true,
    type: 'boolean',
  })
  shortenUrls?: boolean;

  @Field(VENDOR)
  vendor?: JsonObject;
}
