import type { FieldProblem } from '@patchbay/core';
import { FIELD_FORMATS, isFieldFormat, type NullMeaning } from '@patchbay/plugin-sdk';
import { mostSimilar } from '@patchbay/mapping';
import type { ErrorObject } from 'ajv';

const MAX_PROBLEMS = 20;
const NULL_REFUSED = 'is null: give it a value, or remove the key if the field is optional';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * Converts the errors of ajv (option `verbose`) to messages for the person who entered the values. The messages never
 * contain the entered values.
 */
export function fieldProblems(errors: readonly ErrorObject[], nulls: NullMeaning): readonly FieldProblem[] {
  const problems = new Map<string, FieldProblem>();
  for (const error of [...errors.filter(isTypeError), ...errors]) {
    if (isInsideAlternative(error) || problems.size >= MAX_PROBLEMS) continue;
    const problem = fieldProblem(error, nulls);
    if (!problems.has(problem.field)) problems.set(problem.field, problem);
  }
  return [...problems.values()];
}

function fieldProblem(error: ErrorObject, nulls: NullMeaning): FieldProblem {
  const path = fieldOf(error.instancePath);
  if (error.keyword === 'required') {
    return { field: join(path, String(error.params.missingProperty)), message: 'is required', missing: true };
  }
  if (error.keyword === 'additionalProperties') {
    const properties: unknown = error.parentSchema?.properties;
    const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const name = String(error.params.additionalProperty).slice(0, 100);
    const similar = mostSimilar(name, known);
    const hint = similar === null ? '' : `. Did you mean "${similar}"?`;
    return {
      field: join(path, name),
      message: `is not known here; known are ${known.join(', ')}${hint}`,
      missing: false,
    };
  }
  if (error.keyword === 'oneOf' || error.keyword === 'anyOf') {
    const names = absentAlternatives(error).map((name) => join(path, name));
    return { field: path, message: rule(error), missing: false, ...(names.length > 0 && { oneOf: names }) };
  }
  const value: unknown = error.data;
  if (value === null && nulls === 'refused') return { field: path, message: NULL_REFUSED, missing: false };
  if (value === null || value === '') return { field: path, message: 'is required', missing: true };
  return { field: path, message: rule(error), missing: false };
}

/** Returns the fields of all alternatives if none of them has a value; otherwise returns none. */
function absentAlternatives({ schema, data }: ErrorObject): readonly string[] {
  const branches: readonly unknown[] = Array.isArray(schema) ? schema : [];
  const names = branches.flatMap((branch) =>
    typeof branch === 'object' && branch !== null && 'required' in branch && Array.isArray(branch.required)
      ? branch.required.map(String)
      : [],
  );
  const values = new Map<string, unknown>(typeof data === 'object' && data !== null ? Object.entries(data) : []);
  return names.some((name) => (values.get(name) ?? null) !== null) ? [] : [...new Set(names)];
}

function rule(error: ErrorObject): string {
  const { keyword, params, parentSchema } = error;
  const limit = String(params.limit);
  switch (keyword) {
    case 'type':
      return `must be ${[params.type]
        .flat()
        .filter((type) => type !== 'null')
        .map((type) => TYPE_NAMES[String(type)] ?? String(type))
        .join(' or ')}`;
    case 'format': {
      const format = String(params.format);
      return `must be ${isFieldFormat(format) ? FIELD_FORMATS[format].description : format}`;
    }
    case 'pattern':
      return `does not have the required format${exampleOf(parentSchema)}`;
    case 'enum':
      return `must be one of: ${allowed(params.allowedValues)}`;
    case 'minLength':
      return `must have at least ${limit} ${limit === '1' ? 'character' : 'characters'}`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minimum':
      return `must be ${limit} or more`;
    case 'maximum':
      return `must be ${limit} or less`;
    case 'exclusiveMinimum':
      return `must be above ${limit}`;
    case 'exclusiveMaximum':
      return `must be below ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${String(params.multipleOf)}`;
    case 'minItems':
    case 'minProperties':
      return `must have at least ${limit} ${limit === '1' ? 'entry' : 'entries'}`;
    case 'maxItems':
    case 'maxProperties':
      return `must have at most ${limit} entries`;
    case 'uniqueItems':
      return 'must not contain the same entry twice';
    case 'not':
      return 'has a value that is not allowed';
    case 'oneOf':
    case 'anyOf':
      return String(parentSchema?.['x-problem']);
    default:
      return `is invalid (${keyword})`;
  }
}

/**
 * Returns true for type errors. They are reported first, because a value of a wrong type makes other errors irrelevant.
 */
function isTypeError(error: ErrorObject): boolean {
  return error.keyword === 'type';
}

/**
 * Returns true for errors inside one alternative. Such errors are not reported, because a single error is reported if
 * no alternative matches.
 */
function isInsideAlternative(error: ErrorObject): boolean {
  return /\/(oneOf|anyOf)\/\d+\//.test(error.schemaPath);
}

function exampleOf(schema: Readonly<Record<string, unknown>> | undefined): string {
  const examples: unknown = schema?.examples;
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return typeof first === 'string' || typeof first === 'number' ? `, like ${first}` : '';
}

function allowed(values: unknown): string {
  return Array.isArray(values)
    ? values
        .filter((value) => value !== null)
        .map(String)
        .join(', ')
    : '';
}

/** Converts a JSON Pointer to a field path: `/headers/x-a` becomes `headers.x-a`. */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
