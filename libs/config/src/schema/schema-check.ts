import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { ConfigurationProblem, Json } from '@patchbay/core';
import type { FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';
import { describeSchemaError } from './schema-message.js';

/** Typed content, or its problems. */
export type SchemaResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/**
 * Makes a check from a JSON Schema, which is compiled at the first check. The custom keyword `explain` of the schema
 * contains the message for a text that does not match a pattern.
 */
export function makeSchemaCheck<T>(schema: object): (source: SourceText) => SchemaResult<T> {
  let compiled: ValidateFunction<T> | undefined;
  return (source) => {
    const { content } = source;
    const validate = (compiled ??= compileSchema<T>(schema));
    if (validate(content)) return { ok: true, value: content };
    return { ok: false, problems: (validate.errors ?? []).flatMap((error) => toProblem(source, error)) };
  };
}

function compileSchema<T>(schema: object): ValidateFunction<T> {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictRequired: false });
  ajv.addKeyword({ keyword: 'explain', schemaType: 'string' });
  return ajv.compile<T>(schema);
}

function toProblem(source: SourceText, error: ErrorObject): ConfigurationProblem[] {
  // Errors of the keywords `if` and `propertyNames` only say that there is another error inside the value.
  if (error.keyword === 'if' || error.keyword === 'propertyNames') return [];
  const at = pathOf(source.content, error.instancePath);
  const { below, message } = describeSchemaError(error);
  return [problemAt(source, below === undefined ? at : [...at, below], message)];
}

/** Converts a JSON pointer to a path. Only list indexes become numbers. */
function pathOf(content: Json, pointer: string): FieldPath {
  const path: (string | number)[] = [];
  let value: Json | undefined = content;
  for (const escaped of pointer.split('/').slice(1)) {
    const segment = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) {
      path.push(Number(segment));
      value = value[Number(segment)];
    } else {
      path.push(segment);
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, segment) ? value[segment] : undefined;
    }
  }
  return path;
}
