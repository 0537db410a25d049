import type { FromSchema } from '../schema/schema-type.js';

/** What `patchbay.yaml` says, defaults filled in. */
export interface HubSettings {
  /** npm packages that provide destination types, besides the folders under `plugins/`. */
  readonly plugins: readonly string[];
  readonly ingest: {
    /** Bytes of one call; more is answered with 413. */
    readonly bodyLimitBytes: number;
    /** Events that are not yet stored, shared fairly between sources; beyond it the answer is 429. */
    readonly maxQueuedEvents: number;
    /** Bytes of bodies whose events are not yet stored, shared fairly between sources; beyond it the answer is 429. */
    readonly maxWaitingBytes: number;
  };
}

export const DEFAULT_HUB_SETTINGS: HubSettings = {
  plugins: [],
  ingest: { bodyLimitBytes: 1024 * 1024, maxQueuedEvents: 10_000, maxWaitingBytes: 64 * 1024 * 1024 },
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
  },
} as const;

export type HubFileContent = FromSchema<typeof hubFileSchema>;
