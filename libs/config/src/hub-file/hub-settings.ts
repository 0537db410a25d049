import type { RoleRule } from '@patchbay/core';
import type { FromSchema } from '../schema/schema-type.js';

/** Identity provider whose people may use the hub. */
export interface SignInSettings {
  /** Name of the provider for people: the console shows "Sign in with <name>". */
  readonly name: string;
  /** Issuer of the OpenID provider, exactly as its tokens name it. */
  readonly issuer: string;
  /** Id of the hub at the provider. */
  readonly clientId: string;
  /** Names of the claim with the groups or roles of a person, and of the fields inside this claim. */
  readonly rolesClaim: readonly string[];
  /** Rules in order. The first rule that applies to a person decides. */
  readonly roles: readonly RoleRule[];
  /** Scopes that the console requests. */
  readonly scopes: readonly string[];
  /** Audience of the access tokens that the API accepts. Absent if it accepts none. */
  readonly apiAudience?: string;
}

/** Content of `patchbay.yaml` with defaults. */
export interface HubSettings {
  /** npm packages that provide destination types in addition to the folders in `plugins/`. */
  readonly plugins: readonly string[];
  readonly ingest: {
    /** Maximum size of a request body, in bytes. A larger body gets the status 413. */
    readonly bodyLimitBytes: number;
    /**
     * Maximum number of events that are received but not yet stored, shared fairly between sources. Requests above this
     * limit get the status 429.
     */
    readonly maxQueuedEvents: number;
    /**
     * Maximum bytes of request bodies that are received but not yet stored, shared fairly between sources. Requests
     * above this limit get the status 429.
     */
    readonly maxWaitingBytes: number;
  };
  readonly imports: {
    /** Maximum size of an uploaded file, in bytes. */
    readonly maxFileBytes: number;
    /** Maximum total size of the files whose import has not ended, in bytes. They are stored in PostgreSQL. */
    readonly maxOpenBytes: number;
  };
  /** Sign-in by an identity provider. Absent if only API keys are accepted. */
  readonly signIn?: SignInSettings;
}

export const DEFAULT_HUB_SETTINGS: HubSettings = {
  plugins: [],
  ingest: { bodyLimitBytes: 1024 * 1024, maxQueuedEvents: 10_000, maxWaitingBytes: 64 * 1024 * 1024 },
  imports: { maxFileBytes: 2 * 1024 ** 3, maxOpenBytes: 8 * 1024 ** 3 },
};

export const hubFileSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    plugins: {
      type: 'array',
      maxItems: 100,
      uniqueItems: true,
      items: {
        type: 'string',
        maxLength: 214,
        pattern: '^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$',
        explain: 'has to be the name of an npm package, e.g. @acme/patchbay-plugins',
      },
    },
    ingest: {
      type: 'object',
      additionalProperties: false,
      properties: {
        bodyLimitBytes: { type: 'integer', minimum: 1024, maximum: 16 * 1024 * 1024 },
        maxQueuedEvents: { type: 'integer', minimum: 1_000, maximum: 1_000_000 },
        maxWaitingBytes: { type: 'integer', minimum: 16 * 1024 * 1024, maximum: 1024 * 1024 * 1024 },
      },
    },
    imports: {
      type: 'object',
      additionalProperties: false,
      properties: {
        maxFileBytes: { type: 'integer', minimum: 1024, maximum: 1024 ** 4 },
        maxOpenBytes: { type: 'integer', minimum: 1024, maximum: 1024 ** 4 },
      },
    },
    signIn: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'issuer', 'clientId', 'rolesClaim', 'roles'],
      properties: {
        name: {
          type: 'string',
          minLength: 1,
          maxLength: 40,
          pattern: '^[^\\p{C}\\p{Zl}\\p{Zp}]+$',
          explain: 'has to be a short name on one line, e.g. Acme',
        },
        issuer: {
          type: 'string',
          maxLength: 1_000,
          pattern: '^(https://[^\\s?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?(/[^\\s?#@]*)?)$',
          explain: 'has to be the https URL of the issuer, e.g. https://login.example.com/realms/acme',
        },
        clientId: { type: 'string', minLength: 1, maxLength: 1_000 },
        rolesClaim: {
          type: 'array',
          minItems: 1,
          maxItems: 5,
          items: { type: 'string', minLength: 1, maxLength: 200 },
        },
        roles: {
          type: 'array',
          minItems: 1,
          maxItems: 1_000,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['value', 'role'],
            properties: {
              value: { type: 'string', minLength: 1, maxLength: 1_000 },
              role: { enum: ['viewer', 'operator', 'admin'] },
              brands: {
                type: 'array',
                minItems: 1,
                maxItems: 1_000,
                uniqueItems: true,
                items: { type: 'string', minLength: 1, maxLength: 63 },
              },
              reveal: { type: 'boolean' },
            },
          },
        },
        scopes: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'string',
            maxLength: 200,
            pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$',
            explain: 'has to be a scope without spaces, e.g. profile',
          },
        },
        apiAudience: { type: 'string', minLength: 1, maxLength: 1_000 },
      },
    },
  },
} as const;

export type HubFileContent = FromSchema<typeof hubFileSchema>;
