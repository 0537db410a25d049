import { brandFileSchema } from '../brand-file/brand-file.schema.js';

const { brand: name, sources, destinations, subscriptions, ...header } = brandFileSchema.properties;
const { renamedFrom: _fileOnly, ...destination } = destinations.additionalProperties.properties;

/**
 * What a brand's file may say of each part, as JSON Schema with keywords of our own, and how parts are named: for the
 * documentation of bodies. What a body is checked by is the whole file's schema.
 */
export const BODY_SCHEMAS = {
  name,
  brand: { type: 'object', additionalProperties: false, properties: header },
  source: sources.additionalProperties,
  destination: { ...destinations.additionalProperties, properties: destination },
  subscription: subscriptions.additionalProperties,
} as const;
