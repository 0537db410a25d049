import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** What is wrong with a request's body by the vendor's documentation; empty where nothing is. */
export type RequestCheck = (body: Json | undefined) => readonly string[];

/**
 * A check of request bodies by a JSON Schema (draft 2020-12) that was written by hand from the vendor's documentation,
 * so that a misspelt or misplaced field is a violation even where the vendor would silently ignore it. Say
 * `additionalProperties: false` wherever the documentation lists all there is.
 *
 * The texts name paths and rules, never values. Throws at once where the schema itself is wrong.
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
