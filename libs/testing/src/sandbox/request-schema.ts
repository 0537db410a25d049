import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Checks a request's body against the vendor's documentation and returns the problems. */
export type RequestCheck = (body: Json | undefined) => readonly string[];

/**
 * Creates a check of request bodies from a JSON Schema (draft 2020-12). Write the schema by hand from the vendor's
 * documentation. A misspelt or misplaced field is then a violation, even if the vendor would silently ignore it. Set
 * `additionalProperties: false` if the documentation lists all properties.
 *
 * Problems contain paths and rules, never values. Throws immediately if the schema itself is invalid.
 */
export function requestSchema(schema: JsonObject): RequestCheck {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const validate = ajv.compile(schema);
  return (body) => {
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = 'is wrong', params }) => {
      const extra: unknown = params.additionalProperty;
      return `${instancePath || 'the body'} ${message}${typeof extra === 'string' ? `: ${extra}` : ''}`;
    });
  };
}
