import { FALLBACK_TRIGGERS, QUOTA_EXCESS } from '@patchbay/core';
import type { MessagingChannel } from '@patchbay/plugin-sdk';
import { DURATION_PATTERN } from './parse-duration.js';

const text = { type: 'string', minLength: 1, maxLength: 1_000 } as const;
const duration = {
  type: 'string',
  pattern: DURATION_PATTERN,
  explain: 'has to be a duration: a whole number with the unit s, m, h or d, e.g. 10m',
} as const;
const timeOfDay = {
  type: 'string',
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  explain: 'has to be a time of day as HH:MM in quotes, e.g. "21:00"',
} as const;
const eventTypes = {
  type: 'array',
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  items: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    pattern: '^[^*\\s]+$',
    explain: 'has to be a complete event type without *, e.g. issuedPointsReversed',
  },
} as const;

/** JSON Schema of `subscriptions.*.messaging` in a brand file. */
export const messagingSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    purpose: { enum: ['transactional', 'promotional'] },
    quietHours: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      properties: { from: timeOfDay, to: timeOfDay },
    },
    digest: duration,
    expireAfter: duration,
    sendAfter: duration,
    cancelOn: {
      if: { type: 'array' },
      then: eventTypes,
      else: {
        type: 'object',
        additionalProperties: false,
        required: ['events'],
        properties: {
          events: eventTypes,
          reference: {
            type: 'string',
            maxLength: 500,
            pattern: '^data(\\.[^.*]+)+$',
            explain: 'has to be the path of one value in both events and start with "data.", e.g. data.transactionId',
          },
        },
      },
    },
    fallback: {
      type: 'array',
      minItems: 1,
      maxItems: 5,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['destination'],
        properties: {
          destination: text,
          on: { type: 'array', minItems: 1, maxItems: 10, uniqueItems: true, items: { enum: FALLBACK_TRIGGERS } },
          after: duration,
          mapping: { type: ['string', 'object'] },
        },
      },
    },
  },
} as const;

const cap = {
  type: 'object',
  additionalProperties: false,
  required: ['max', 'per'],
  properties: { max: { type: 'integer', minimum: 1, maximum: 1_000 }, per: duration },
} as const;

/** JSON Schema of `destinations.*.messaging` in a brand file. */
export const destinationMessagingSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    sendAfter: duration,
    contactInterval: duration,
    quota: {
      type: 'object',
      additionalProperties: false,
      required: ['max', 'per'],
      properties: {
        max: { type: 'integer', minimum: 1, maximum: 10_000_000 },
        per: duration,
        excess: { enum: QUOTA_EXCESS },
      },
    },
  },
} as const;

/** JSON Schema of a brand's `messaging` in a brand file. */
export const brandMessagingSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    caps: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { sms: cap, email: cap, push: cap, whatsapp: cap, chat: cap } satisfies Record<
        MessagingChannel,
        unknown
      >,
    },
  },
} as const;
