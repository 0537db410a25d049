import { AnyOf, Field, VENDOR, type JsonObject } from '@patchbay/plugin-sdk';

/** Service account of the Firebase project. */
export class FcmPushCredentials {
  @Field({
    label: 'Service account',
    help: 'The whole JSON file: Firebase console › Project settings › Service accounts › Generate new private key.',
    secret: true,
    multiline: true,
    pattern: /^\s*\{[\s\S]*"private_key"[\s\S]*\}\s*$/,
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

  @Field({
    label: 'Base URL',
    help: 'Replaces fcm.googleapis.com and oauth2.googleapis.com.',
    optional: true,
    format: 'uri',
    fileOnly: true,
  })
  baseUrl?: string;
}

/** Message to one device: a notification, data for the device's app, or both. */
@AnyOf([['title'], ['body'], ['data']])
export class FcmPushMessage {
  @Field({
    label: 'Token',
    help: "The device's registration token.",
    minLength: 1,
    maxLength: 4_096,
    pattern: /^\S+$/,
    personal: true,
    address: 'pushToken',
    example: 'invented-device-token-0001',
  })
  token: string;

  @Field({ label: 'Title', optional: true, minLength: 1, maxLength: 1_000, personal: true })
  title?: string;

  @Field({ label: 'Text', optional: true, minLength: 1, maxLength: 4_000, personal: true, multiline: true })
  body?: string;

  @Field({
    label: 'Data',
    help: 'Data for the app. Firebase accepts text only: numbers and lists are sent as JSON, null is omitted.',
    optional: true,
    type: 'object',
    personal: true,
  })
  data?: object;

  @Field(VENDOR)
  vendor?: JsonObject;
}
