import { AnyOf, BASE_URL, Field, OneOf, VENDOR, type FieldOptions, type JsonObject } from '@patchbay/plugin-sdk';

/** Service account of the Firebase project. */
export class FcmPushCredentials {
  @Field({
    label: 'Service account',
    help: 'The whole JSON file: Firebase console › Project settings › Service accounts › Generate new private key.',
    secret: true,
    multiline: true,
    // Only the beginning, because a pattern over the whole file takes quadratic time. The first use reads the file.
    pattern: /^\s*\{/,
  })
  serviceAccount: string;
}

/** Firebase project that sends the messages. */
export class FcmPushSettings {
  @Field({
    label: 'Project ID',
    help: "The app's Firebase project. If absent, the service account's own project.",
    optional: true,
    pattern: /^[a-z0-9][a-z0-9.:-]{2,60}$/,
    example: 'acme-loyalty',
  })
  projectId?: string;

  @Field({ ...BASE_URL, help: 'Replaces fcm.googleapis.com and oauth2.googleapis.com.' })
  baseUrl?: string;
}

const TOKEN: FieldOptions = {
  label: 'Token',
  help: "The device's registration token.",
  optional: true,
  minLength: 1,
  maxLength: 4_096,
  pattern: /^\S+$/,
  personal: true,
  address: 'pushToken',
};

const PLATFORM: Omit<FieldOptions, 'label'> = {
  help: 'Fields of the platform by their names in the API. Values that the hub sets win.',
  optional: true,
  type: 'object',
  personal: true,
};

/** Message to the devices of a customer or of a topic: a notification, data for the app, or both. */
@OneOf([['token'], ['tokens'], ['topic'], ['condition']])
@AnyOf([['title'], ['body'], ['image'], ['data']])
export class FcmPushMessage {
  @Field({ ...TOKEN, example: 'invented-device-token-0001' })
  token?: string;

  @Field({
    ...TOKEN,
    label: 'Tokens',
    help: 'Registration tokens of all devices of the customer. The hub leaves out the tokens of removed apps.',
    type: 'list',
    minItems: 1,
    maxItems: 20,
  })
  tokens?: string[];

  @Field({
    label: 'Topic',
    help: 'Sent to each device of the topic. The suppression list and the consent of their customers do not apply.',
    optional: true,
    pattern: /^[a-zA-Z0-9\-_.~%]{1,900}$/,
    example: 'news',
  })
  topic?: string;

  @Field({
    label: 'Condition',
    help: "Several topics, such as: 'a' in topics && 'b' in topics.",
    optional: true,
    minLength: 1,
  })
  condition?: string;

  @Field({ label: 'Title', optional: true, minLength: 1, maxLength: 1_000, personal: true })
  title?: string;

  @Field({ label: 'Text', optional: true, minLength: 1, maxLength: 4_000, personal: true, multiline: true })
  body?: string;

  @Field({
    label: 'Image',
    help: 'URL of a picture for the notification.',
    optional: true,
    format: 'uri',
    personal: true,
  })
  image?: string;

  @Field({
    label: 'Data',
    help: 'Data for the app. Firebase accepts text only: numbers and lists are sent as JSON, null is omitted.',
    optional: true,
    type: 'object',
    personal: true,
  })
  data?: JsonObject;

  @Field({ ...PLATFORM, label: 'Android' })
  android?: JsonObject;

  @Field({ ...PLATFORM, label: 'Apple' })
  apns?: JsonObject;

  @Field({ ...PLATFORM, label: 'Web' })
  webpush?: JsonObject;

  @Field(VENDOR)
  vendor?: JsonObject;
}
