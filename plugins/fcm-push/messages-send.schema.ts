import type { JsonObject } from '@patchbay/plugin-sdk';

/*
 * Body of `projects.messages.send`, written by hand from Firebase's "REST Resource: projects.messages". Only the
 * sandbox uses this schema.
 */

const text: JsonObject = { type: 'string' };
const textByName: JsonObject = { type: 'object', additionalProperties: text };
const duration: JsonObject = { type: 'string', pattern: '^\\d+(\\.\\d{1,9})?s$' };

/** Schema of "Notification", whose properties apply to all platforms. */
const NOTIFICATION = object({ title: text, body: text, image: text });

/** Schema of "AndroidConfig" and "AndroidNotification". */
const ANDROID = object({
  collapse_key: text,
  priority: { enum: ['NORMAL', 'HIGH'] },
  ttl: duration,
  restricted_package_name: text,
  data: textByName,
  notification: object({
    title: text,
    body: text,
    icon: text,
    color: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' },
    sound: text,
    tag: text,
    click_action: text,
    channel_id: text,
    ticker: text,
    sticky: { type: 'boolean' },
    image: text,
  }),
  fcm_options: object({ analytics_label: text }),
  direct_boot_ok: { type: 'boolean' },
});

/** Schema of "ApnsConfig". Apple defines its headers and its payload. */
const APNS = object({
  headers: object({
    'apns-id': text,
    'apns-expiration': text,
    'apns-priority': { enum: ['1', '5', '10'] },
    'apns-topic': text,
    'apns-push-type': text,
    'apns-collapse-id': { type: 'string', minLength: 1, maxLength: 64 },
  }),
  payload: { type: 'object' },
  fcm_options: object({ analytics_label: text, image: text }),
});

/**
 * Schema of the documented properties; all other properties are violations. The recipient is exactly one of token,
 * topic and condition.
 */
export const MESSAGES_SEND: JsonObject = object(
  {
    validate_only: { type: 'boolean' },
    message: {
      ...object({
        name: text,
        data: textByName,
        notification: NOTIFICATION,
        android: ANDROID,
        webpush: object({ headers: textByName, data: textByName, notification: { type: 'object' } }),
        apns: APNS,
        fcm_options: object({ analytics_label: { type: 'string', pattern: '^[a-zA-Z0-9-_.~%]{1,50}$' } }),
        token: { type: 'string', minLength: 1 },
        topic: { type: 'string', pattern: '^[a-zA-Z0-9-_.~%]+$' },
        condition: text,
      }),
      oneOf: ['token', 'topic', 'condition'].map((name) => ({ properties: { [name]: {} }, required: [name] })),
    },
  },
  ['message'],
);

function object(properties: Record<string, JsonObject>, required: string[] = []): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}
