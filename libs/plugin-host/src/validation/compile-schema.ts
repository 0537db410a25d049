import type { FieldProblem } from '@patchbay/core';
import {
  FIELD_FORMATS,
  isJsonObject,
  jsonSchemaOf,
  SCHEMA_ANNOTATIONS,
  type Ctor,
  type Json,
  type JsonObject,
  type NullMeaning,
} from '@patchbay/plugin-sdk';
import { ACTION, type MessageShape } from '@patchbay/mapping';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { certainErrors } from './certain-errors.js';
import { fieldProblems } from './field-problems.js';

/** DTO class with its JSON Schema, which is compiled at the first check. */
export interface CompiledClass {
  readonly schema: JsonObject;
  /** Returns true if a value has no problems. */
  readonly isValid: (value: Json) => boolean;
  /** Returns at most 20 problems of a value; empty if it is valid. Problems never contain the given values. */
  check(value: Json): readonly FieldProblem[];
  /** Returns at most 20 problems that every message of a shape has. */
  checkShape(shape: MessageShape): readonly FieldProblem[];
}

const NO_PROBLEMS: readonly FieldProblem[] = [];

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, strictTypes: false });
ajv.addVocabulary([...SCHEMA_ANNOTATIONS]);
// The keyword of ajv would also test texts over `maxLength`, for which a pattern may take time without end.
ajv.removeKeyword('pattern');
ajv.addKeyword({
  keyword: 'pattern',
  type: 'string',
  schemaType: 'string',
  compile: (pattern: string, { maxLength }) => {
    const expression = new RegExp(pattern, 'u');
    // A character has at most two code units. A longer text fails at `maxLength`.
    const limit = typeof maxLength === 'number' ? maxLength * 2 : Infinity;
    return (text: string) => text.length > limit || expression.test(text);
  },
});
for (const [name, format] of Object.entries(FIELD_FORMATS))
  ajv.addFormat(name, { type: 'string', validate: format.test });

/**
 * Makes the JSON Schema of a class. The schema is compiled at the first check, because most of a hub's plugins have no
 * destination, and compiling takes milliseconds. Throws the SDK's FieldDeclarationError if one of the rules of the
 * class has no equivalent in JSON Schema.
 * @param action name of the action that every value must have; null if the values name no action
 */
export function compileClass(
  target: Ctor<object>,
  nulls: NullMeaning = 'leftOut',
  action: string | null = null,
): CompiledClass {
  const own = jsonSchemaOf(target, nulls);
  const schema = action === null ? own : withAction(own, action);
  let compiled: ValidateFunction | undefined;
  const validator = (): ValidateFunction => (compiled ??= ajv.compile(schema));
  return {
    schema,
    get isValid() {
      return validator();
    },
    check(value) {
      const validate = validator();
      return validate(value) ? NO_PROBLEMS : fieldProblems(validate.errors ?? [], nulls);
    },
    checkShape(shape) {
      const validate = validator();
      return validate(shape.message) ? NO_PROBLEMS : fieldProblems(certainErrors(validate.errors ?? [], shape), nulls);
    },
  };
}

/** Returns the schema of a class whose values name this action. */
function withAction({ properties = {}, required = [], ...schema }: JsonObject, action: string): JsonObject {
  return {
    ...schema,
    properties: { [ACTION]: { type: 'string', const: action }, ...(isJsonObject(properties) ? properties : {}) },
    required: [ACTION, ...(Array.isArray(required) ? required : [])],
  };
}
