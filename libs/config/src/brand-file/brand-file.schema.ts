import { DURATION_PATTERN } from './parse-duration.js';
import { brandMessagingSchema, destinationMessagingSchema, messagingSchema } from './messaging.schema.js';
import { consentSchema, enrichmentSchema, platformSchema, resolverSchema } from './lookup.schema.js';

/** Rules for names in a brand file. */
const name = {
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  explain: 'invalid name: use at most 63 lower-case letters, digits and -, and start with a letter or digit',
} as const;

const nameText = { type: 'string', ...name } as const;
const text = { type: 'string', minLength: 1, maxLength: 1_000 } as const;
const secret = { type: 'string', minLength: 1, maxLength: 4_096 } as const;
const secrets = { type: 'array', minItems: 1, maxItems: 10, uniqueItems: true, items: secret } as const;
const duration = {
  type: 'string',
  pattern: DURATION_PATTERN,
  explain: 'has to be a duration: a whole number with the unit ms, s, m, h or d, e.g. 30m',
} as const;
const bodyPath = { type: 'string', minLength: 1, maxLength: 500 } as const;

const paths = {
  type: 'array',
  maxItems: 500,
  items: {
    type: 'string',
    maxLength: 500,
    pattern: '^data(\\.[^.]+)+$',
    explain: 'has to be an event path that starts with "data.", e.g. data.customFields.nickname',
  },
} as const;

const privacy = {
  if: { type: 'string' },
  then: { enum: ['standard', 'pii-less'] },
  else: {
    type: 'object',
    additionalProperties: false,
    required: ['mode'],
    properties: { mode: { enum: ['standard', 'pii-less'] }, keep: paths, personal: paths },
  },
} as const;

const place = {
  type: 'object',
  additionalProperties: false,
  properties: {
    match: { type: 'string', pattern: '^[^/]{1,200}$', explain: 'has to be a file name with *, e.g. orders-*.csv' },
    folder: {
      type: 'string',
      pattern: '^(?!/)(?!.*(^|/)\\.\\.?(/|$)).{1,500}$',
      explain: 'has to be a path below PATCHBAY_IMPORT_DIR without . and .., e.g. acme/orders',
    },
    s3: {
      type: 'object',
      additionalProperties: false,
      required: ['bucket', 'region', 'accessKeyId', 'secretAccessKey'],
      properties: {
        bucket: { type: 'string', pattern: '^[A-Za-z0-9._-]{3,255}$', explain: 'has to be the name of a bucket' },
        prefix: { type: 'string', minLength: 1, maxLength: 500 },
        region: { type: 'string', pattern: '^[a-z0-9-]{1,50}$', explain: 'has to be a region, e.g. ap-south-1' },
        endpoint: { type: 'string', pattern: '^https?://[^/]+/?$', explain: 'has to be a URL without a path' },
        accessKeyId: text,
        secretAccessKey: secret,
      },
    },
    sftp: {
      type: 'object',
      additionalProperties: false,
      required: ['host', 'username', 'hostKey', 'folder'],
      properties: {
        host: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,253}$', explain: 'has to be a host name or an address' },
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        username: text,
        password: secret,
        privateKey: { type: 'string', minLength: 1, maxLength: 16_384 },
        hostKey: {
          type: 'string',
          pattern: '^SHA256:[A-Za-z0-9+/]{43}$',
          explain: 'has to be the fingerprint of the host key that ssh-keygen -l prints, e.g. SHA256:…',
        },
        folder: { type: 'string', minLength: 1, maxLength: 500 },
      },
    },
  },
} as const;

const source = {
  type: 'object',
  additionalProperties: false,
  required: ['adapter'],
  properties: {
    adapter: text,
    auth: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        headers: {
          type: 'object',
          minProperties: 1,
          maxProperties: 20,
          propertyNames: {
            pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$",
            explain: 'has to be the name of an HTTP header',
          },
          additionalProperties: secrets,
        },
        basic: {
          type: 'array',
          minItems: 1,
          maxItems: 10,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['username', 'password'],
            properties: {
              username: { ...text, pattern: '^[^:]+$', explain: 'a user name cannot contain a colon: remove it' },
              password: secret,
            },
          },
        },
        bearer: secrets,
        generated: { enum: [true] },
        standardWebhooks: {
          ...secrets,
          items: {
            ...secret,
            pattern: '^whsec_[A-Za-z0-9+/]{32,}={0,2}$',
            explain: 'has to be a Standard Webhooks secret: whsec_ followed by at least 24 bytes in base64',
          },
        },
      },
    },
    paths: {
      type: 'object',
      additionalProperties: false,
      properties: { id: bodyPath, type: bodyPath, occurredAt: bodyPath, customerId: bodyPath, data: bodyPath },
    },
    customer: { type: 'string', minLength: 1, maxLength: 1_000 },
    limits: {
      type: 'object',
      additionalProperties: false,
      required: ['ratePerSecond'],
      properties: {
        ratePerSecond: { type: 'number', minimum: 0.001, maximum: 100_000 },
        burst: { type: 'integer', minimum: 1, maximum: 100_000 },
      },
    },
    files: {
      type: 'object',
      additionalProperties: false,
      required: ['format'],
      properties: {
        format: { enum: ['csv', 'ndjson'] },
        delimiter: { type: 'string', pattern: '^[^"\\r\\n]$', explain: 'has to be one character, e.g. ";"' },
        encoding: { enum: ['utf-8', 'latin1'] },
        event: { type: 'object' },
        perSecond: { type: 'number', minimum: 1, maximum: 100_000 },
        from: place,
      },
    },
  },
} as const;

const destination = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: text,
    renamedFrom: nameText,
    credentials: { type: 'object' },
    settings: { type: 'object' },
    limits: {
      type: 'object',
      additionalProperties: false,
      properties: {
        group: nameText,
        ratePerSecond: { type: 'number', exclusiveMinimum: 0, maximum: 10_000 },
        burst: { type: 'integer', minimum: 1, maximum: 1_000 },
        concurrency: { type: 'integer', minimum: 1, maximum: 1_000 },
        timeoutMs: { type: 'integer', minimum: 100, maximum: 120_000 },
        statusTimeoutMs: { type: 'integer', minimum: 60_000, maximum: 259_200_000 },
      },
    },
    retry: {
      type: 'object',
      additionalProperties: false,
      properties: {
        schedule: {
          type: 'array',
          minItems: 1,
          maxItems: 50,
          items: duration,
        },
        onUnconfirmed: { enum: ['retry', 'hold'] },
        pauseAfter: duration,
      },
    },
    messaging: destinationMessagingSchema,
  },
} as const;

const ordering = {
  if: { type: 'string' },
  then: { enum: ['customer'] },
  else: {
    type: 'object',
    additionalProperties: false,
    required: ['by'],
    properties: {
      by: { enum: ['customer'] },
      paths: {
        type: 'array',
        maxItems: 10,
        uniqueItems: true,
        items: {
          type: 'string',
          maxLength: 500,
          pattern: '^data(\\.[^.*]+)+$',
          explain: 'has to be the path of one value and start with "data.", e.g. data.loyaltyProgramId',
        },
      },
      onDead: { enum: ['skip', 'block'] },
    },
  },
} as const;

const route = {
  type: 'array',
  minItems: 1,
  maxItems: 20,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['destination'],
    properties: { when: { type: 'object' }, destination: text, mapping: { type: ['string', 'object'] } },
  },
} as const;

const subscription = {
  type: 'object',
  additionalProperties: false,
  required: ['source', 'events'],
  properties: {
    source: text,
    events: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      items: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        pattern: '^[^*\\s]*\\*?$',
        explain: 'has to be an event type, or a prefix followed by *, e.g. pointsIssued, points*, *',
      },
    },
    when: { type: 'object' },
    destination: text,
    route,
    enrich: { type: 'array', minItems: 1, maxItems: 10, uniqueItems: true, items: text },
    mapping: { type: ['string', 'object'] },
    ordering,
    supersede: { type: 'boolean' },
    messaging: messagingSchema,
  },
} as const;

/** JSON Schema of a brand file. */
export const brandFileSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['brand'],
  properties: {
    brand: nameText,
    timezone: text,
    privacy,
    retention: { enum: ['7d', '30d', '90d', '400d'] },
    recipients: {
      type: 'object',
      additionalProperties: false,
      properties: {
        order: {
          type: 'array',
          minItems: 1,
          maxItems: 3,
          uniqueItems: true,
          items: { enum: ['event', 'enriched', 'resolver'] },
        },
        resolver: resolverSchema,
        consent: consentSchema,
        transactionalConsent: consentSchema,
      },
    },
    enrichment: enrichmentSchema,
    platform: platformSchema,
    messaging: brandMessagingSchema,
    sources: { type: 'object', maxProperties: 100, propertyNames: name, additionalProperties: source },
    destinations: { type: 'object', maxProperties: 200, propertyNames: name, additionalProperties: destination },
    subscriptions: { type: 'object', maxProperties: 1_000, propertyNames: name, additionalProperties: subscription },
  },
} as const;
