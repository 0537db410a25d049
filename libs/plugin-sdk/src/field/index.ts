export { AnyOf, OneOf } from './alternatives.decorator.js';
export { Field } from './field.decorator.js';
export * from './field-info.js';
export * from './field-options.js';
export * from './field-paths.js';
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
