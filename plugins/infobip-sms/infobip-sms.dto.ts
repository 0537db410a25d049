import {
  Field,
  MAX_SEGMENTS,
  SEND_AT,
  TO_PHONE,
  UNSUBSCRIBE_TEXT,
  VENDOR,
  type JsonObject,
} from '@patchbay/plugin-sdk';

/** API key of the Infobip account. */
export class InfobipSmsCredentials {
  @Field({
    label: 'API key',
    help: 'Create it in the Infobip portal under Developer tools, API keys. The scope sms:message:send is enough.',
    secret: true,
    pattern: /^[\x21-\x7e]+$/,
  })
  apiKey: string;
}

/** Address of the account, and the sender that recipients see. */
export class InfobipSmsSettings {
  @Field({
    label: 'Base URL',
    help: 'Your account’s own address, on the first page of the Infobip portal.',
    format: 'uri',
    example: 'https://xxxxx.api.infobip.com',
  })
  baseUrl: string;

  @Field({
    label: 'Sender',
    help: 'A number, or a name of up to 11 letters and digits that is registered in the countries of your customers.',
    pattern: /^(\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11})$/,
    example: 'Acme',
  })
  sender: string;

  @Field(MAX_SEGMENTS)
  maxSegments?: number;

  @Field(UNSUBSCRIBE_TEXT)
  unsubscribeText?: string;

  @Field({
    label: 'Ignores repeated messages',
    help: 'Infobip ignores a message id that it already accepted, only if Infobip has enabled idempotency for your SMS.',
    type: 'boolean',
    default: false,
  })
  idempotent = false;

  @Field({
    label: 'DLT principal entity id',
    help: 'For numbers in India: the entity that registered your sender and your templates.',
    optional: true,
    pattern: /^[0-9]{1,30}$/,
  })
  principalEntityId?: string;
}

/** SMS message: one text to one number. */
export class InfobipSmsMessage {
  @Field(TO_PHONE)
  to: string;

  @Field({ label: 'Text', minLength: 1, maxLength: 4_000, personal: true, multiline: true })
  body: string;

  @Field({
    label: 'DLT template id',
    help: 'For numbers in India: the registered template that the text was made from.',
    optional: true,
    pattern: /^[0-9]{1,30}$/,
  })
  templateId?: string;

  @Field(SEND_AT)
  sendAt?: string;

  @Field({
    label: 'Validity in minutes',
    help: 'Time for which Infobip tries to deliver the message.',
    optional: true,
    type: 'integer',
    minimum: 1,
    maximum: 2_880,
  })
  validityMinutes?: number;

  @Field({
    label: 'Regional options',
    help: 'Fields of "regional" by their names in the API, such as turkeyIys or southKorea.',
    optional: true,
    type: 'object',
    personal: true,
  })
  regional?: JsonObject;

  @Field(VENDOR)
  vendor?: JsonObject;
}
