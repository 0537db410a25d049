export { AnyOf, OneOf } from './alternatives.decorator.js';
export { Field } from './field.decorator.js';
export { fieldsOf, type FieldInfo } from './field-info.js';
export {
  type FieldFormat,
  type ItemType,
  type FieldType,
  type FieldOptions,
  DEFAULT_MAX_LENGTH,
  DEFAULT_MAX_ITEMS,
} from './field-options.js';
export { addressPaths, secretPaths, personalPaths, type AddressPath } from './field-paths.js';
export type { DeclarationProblem } from './field-registry.js';
export { FIELD_FORMATS, isFieldFormat } from './formats.js';
export {
  declarationProblems,
  FieldDeclarationError,
  formatDeclarationProblem,
  jsonSchemaOf,
  SCHEMA_ANNOTATIONS,
  type NullMeaning,
} from './json-schema.js';
export { toInstance } from './to-instance.js';
