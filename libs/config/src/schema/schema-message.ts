import type { ErrorObject } from 'ajv';
import { suggestion } from '../suggestion.js';

/**
 * Message of a schema error. `below` names the missing, unknown or invalid key. This key is below the path of the
 * error.
 */
export interface SchemaMessage {
  readonly below?: string;
  readonly message: string;
}

/** Descriptions of the JSON types, for messages. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list, e.g. [a, b]',
  object: 'an object, e.g. { key: value }',
};

/** Describes a schema error for the author of the file. Quotes keys, never values. */
export function describeSchemaError(error: ErrorObject): SchemaMessage {
  const { keyword } = error;
  const limit = String(param(error, 'limit'));
  if (error.propertyName !== undefined) {
    return {
      below: error.propertyName,
      message:
        explain(error) ??
        'the name is too long or contains invalid characters: choose a shorter name of letters, digits, "-" and "_"',
    };
  }
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(error);
    case 'required':
      return { below: String(param(error, 'missingProperty')), message: 'is missing: add it' };
    case 'type':
      return { message: wrongType(error) };
    case 'enum':
      return { message: explain(error) ?? `has to be one of ${list(param(error, 'allowedValues'))}` };
    case 'pattern':
      return { message: explain(error) ?? 'has an invalid format: see the reference for the format' };
    case 'minProperties':
    case 'minItems':
      return { message: `needs at least ${limit} ${entries(limit)}: add ${limit === '1' ? 'one' : 'more'}` };
    case 'maxProperties':
    case 'maxItems':
      return { message: `may have at most ${limit} ${entries(limit)}: remove some` };
    case 'minLength':
      return { message: limit === '1' ? 'is empty: write a value' : `needs at least ${limit} characters` };
    case 'maxLength':
      return { message: `may have at most ${limit} characters: shorten it` };
    case 'minimum':
      return { message: `has to be at least ${limit}` };
    case 'exclusiveMinimum':
      return { message: `has to be more than ${limit}` };
    case 'maximum':
      return { message: `has to be at most ${limit}` };
    case 'uniqueItems':
      return { message: 'the list contains the same value twice: remove one' };
    default:
      return { message: `violates the rule "${keyword}" of the schema: see the reference for the allowed values` };
  }
}

function entries(limit: string): string {
  return limit === '1' ? 'entry' : 'entries';
}

function unknownKey(error: ErrorObject): SchemaMessage {
  const key = String(param(error, 'additionalProperty'));
  const properties = schemaPart(error, 'properties');
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return {
    below: key,
    message: `unknown key.${suggestion(key, known) || ` Known keys: ${known.join(', ')}.`}`,
  };
}

function wrongType(error: ErrorObject): string {
  const wanted = [param(error, 'type')].flat().map(String);
  const names = wanted.map((name) => TYPES[name] ?? name).join(' or ');
  if (error.data === null || error.data === undefined) return `is empty: give it a value (${names}), or remove the key`;
  const scalar = typeof error.data === 'number' || typeof error.data === 'boolean';
  return `has to be ${names}${scalar && wanted.includes('string') ? ': put the value in quotes' : ''}`;
}

function explain(error: ErrorObject): string | undefined {
  const text = schemaPart(error, 'explain');
  return typeof text === 'string' ? text : undefined;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(', ') : '';
}

function param(error: ErrorObject, name: string): unknown {
  const params: Readonly<Record<string, unknown>> = error.params;
  return params[name];
}

/** Returns the value of a keyword in the schema that caused the error. */
function schemaPart(error: ErrorObject, name: string): unknown {
  const schema: unknown = error.parentSchema;
  return typeof schema === 'object' && schema !== null
    ? Object.getOwnPropertyDescriptor(schema, name)?.value
    : undefined;
}
