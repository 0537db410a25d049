import type { CapillaryEnrichment } from '@patchbay/core';
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

/** JSON Schema of `recipients.consent` and `recipients.transactionalConsent` in a brand file. */
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

/** Dotted path into an answer of Capillary. */
const answerPath = {
  type: 'string',
  maxLength: 200,
  pattern: '^[^.]+(\\.[^.]+)*$',
  explain: 'has to be a path with dots, e.g. data.content',
} as const;

/** Name of a query parameter. */
const parameter = { type: 'string', minLength: 1, maxLength: 100 } as const;

/** JSON Schema of `platform.capillary.logs`: the names in the log of a consumer group. */
const logsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['fields'],
  properties: {
    entries: answerPath,
    fields: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'type'],
      properties: { id: answerPath, type: answerPath, time: answerPath, status: answerPath, payload: answerPath },
    },
    waiting: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 100 } },
    page: {
      type: 'object',
      additionalProperties: false,
      required: ['parameter'],
      properties: { parameter, first: { type: 'integer', minimum: 0, maximum: 1 } },
    },
    cursor: {
      type: 'object',
      additionalProperties: false,
      required: ['parameter', 'next'],
      properties: { parameter, next: answerPath },
    },
    size: {
      type: 'object',
      additionalProperties: false,
      required: ['parameter', 'entries'],
      properties: { parameter, entries: { type: 'integer', minimum: 1, maximum: 10_000 } },
    },
    range: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      properties: { from: parameter, to: parameter },
    },
  },
} as const;

/** JSON Schema of `platform` in a brand file. */
export const platformSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['capillary'],
  properties: {
    capillary: {
      type: 'object',
      additionalProperties: false,
      required: ['baseUrl', 'key', 'secret'],
      properties: {
        baseUrl: text,
        key: secret,
        secret,
        org: { type: 'integer', minimum: 0 },
        ratePerMinute: { type: 'integer', minimum: 1, maximum: 100_000 },
        logs: logsSchema,
      },
    },
  },
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
        cacheSecondsOf: {
          type: 'object',
          additionalProperties: false,
          minProperties: 1,
          properties: {
            customer: cacheSeconds,
            points: cacheSeconds,
            tier: cacheSeconds,
            transaction: cacheSeconds,
          } satisfies Record<CapillaryEnrichment, unknown>,
        },
        staleIfErrorSeconds: { type: 'integer', minimum: 1, maximum: 86_400 },
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
