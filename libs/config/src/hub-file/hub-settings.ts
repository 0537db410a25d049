import type { FromSchema } from '../schema/schema-type.js';

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
