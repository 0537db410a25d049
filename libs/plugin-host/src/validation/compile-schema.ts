import type { FieldProblem } from '@patchbay/core';
import {
  FIELD_FORMATS,
  jsonSchemaOf,
  SCHEMA_ANNOTATIONS,
  type Ctor,
  type Json,
  type JsonObject,
  type NullMeaning,
} from '@patchbay/plugin-sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fieldProblems } from './field-problems.js';

/** DTO class with its compiled JSON Schema. */
export interface CompiledClass {
  readonly schema: JsonObject;
  /** The compiled schema. Returns true if a value has no problems. */
  readonly isValid: (value: Json) => boolean;
  /** Returns at most 20 problems of a value; empty if it is valid. Problems never contain the given values. */
  check(value: Json): readonly FieldProblem[];
}

const NO_PROBLEMS: readonly FieldProblem[] = [];

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictTypes: false });
ajv.addVocabulary([...SCHEMA_ANNOTATIONS]);
for (const [name, format] of Object.entries(FIELD_FORMATS))
  ajv.addFormat(name, { type: 'string', validate: format.test });

/** Compiles a class. Throws the SDK's FieldDeclarationError if one of its rules has no equivalent in JSON Schema. */
export function compileClass(target: Ctor<object>, nulls: NullMeaning = 'leftOut'): CompiledClass {
  const schema = jsonSchemaOf(target, nulls);
  const validate = ajv.compile(schema);
  return {
    schema,
    isValid: validate,
    check: (value) => (validate(value) ? NO_PROBLEMS : fieldProblems(validate.errors ?? [], nulls)),
  };
}
