import { brandFileSchema } from '../brand-file/brand-file.schema.js';

const { brand: name, sources, destinations, subscriptions, ...header } = brandFileSchema.properties;
const { renamedFrom: _fileOnly, ...destination } = destinations.additionalProperties.properties;

/**
 * JSON Schemas of the parts of a brand file and of their names, with custom keywords. These schemas only document
 * request bodies. The hub validates bodies with the schema of the whole file.
 */
export const BODY_SCHEMAS = {
  name,
  brand: { type: 'object', additionalProperties: false, properties: header },
  source: sources.additionalProperties,
  destination: { ...destinations.additionalProperties, properties: destination },
  subscription: subscriptions.additionalProperties,
} as const;
