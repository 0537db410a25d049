import type { MessagingChannel } from '@patchbay/plugin-sdk';
import { DURATION_PATTERN } from './parse-duration.js';

const text = { type: 'string', minLength: 1, maxLength: 1_000 } as const;
const template = { type: 'string', minLength: 1, maxLength: 10_000 } as const;
const secret = { type: 'string', minLength: 1, maxLength: 4_096 } as const;
const duration = {
  type: 'string',
  pattern: DURATION_PATTERN,
  explain: 'has to be a duration: a whole number with the unit ms or s, e.g. 500ms, 5s',
} as const;

/** Time for which a response is cached, in seconds. The maximum limits how long personal values are kept. */
const cacheSeconds = { type: 'integer', minimum: 0, maximum: 900 } as const;
const retries = { type: 'integer', minimum: 0, maximum: 3 } as const;
const onFailure = { enum: ['retry', 'continue'] } as const;

/** Keys that every lookup in an HTTP API of the brand has. */
const call = {
  url: template,
  method: { enum: ['GET', 'POST'] },
  headers: {
    type: 'object',
    maxProperties: 20,
    propertyNames: {
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$",
      explain: 'has to be the name of an HTTP header',
    },
    additionalProperties: secret,
  },
  body: { type: 'object' },
  timeout: duration,
  retries,
  cacheSeconds,
} as const;

/** JSON Schema of `recipients.resolver` in a brand file. */
export const resolverSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['type', 'url', 'mapping'],
  properties: {
    type: { enum: ['http'] },
    ...call,
    mapping: { type: 'object', minProperties: 1 },
    customerId: template,
    bulk: {
      type: 'object',
      additionalProperties: false,
      required: ['size', 'within'],
      properties: { size: { type: 'integer', minimum: 2, maximum: 100 }, within: duration, items: template },
    },
  },
} as const;

/** JSON Schema of `recipients.consent` in a brand file. */
export const consentSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    sms: template,
    email: template,
    push: template,
    whatsapp: template,
    chat: template,
  } satisfies Record<MessagingChannel, unknown>,
} as const;

/** JSON Schema of `enrichment` in a brand file. */
export const enrichmentSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    capillary: {
      type: 'object',
      additionalProperties: false,
      required: ['baseUrl'],
      properties: {
        baseUrl: text,
        key: secret,
        secret,
        username: text,
        password: secret,
        source: text,
        accountId: text,
        programId: text,
        ratePerMinute: { type: 'integer', minimum: 1, maximum: 100_000 },
        timeout: duration,
        retries,
        cacheSeconds,
        onFailure,
      },
    },
    http: {
      type: 'object',
      minProperties: 1,
      maxProperties: 20,
      propertyNames: {
        pattern: '^[a-z][A-Za-z0-9_]{0,62}$',
        explain: 'invalid name: start with a lower-case letter and use only letters, digits and _',
      },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['url'],
        properties: {
          ...call,
          mapping: { type: 'object', minProperties: 1 },
          recipient: { type: 'object', minProperties: 1 },
          onFailure,
        },
      },
    },
  },
} as const;
