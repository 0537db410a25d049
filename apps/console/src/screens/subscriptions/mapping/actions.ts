import type { TypeSummary } from '../../types/destination-types';
import { ACTION, type TypeAction } from '../../types/type-actions';
import type { JsonObject } from '../model/json';
import { languagesOf, mappingOf } from './languages';

/** Returns the mapping with another action. Keeps the fields that the messages of this action have too. */
export function withAction(mapping: JsonObject, { name, message }: TypeAction): JsonObject {
  const names = new Set(message.fields.map((field) => field.name));
  const kept = (values: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(values).filter(([field]) => names.has(field)));
  const languages = languagesOf(mapping);
  const fields =
    languages === null
      ? kept(mapping)
      : mappingOf({ ...languages, branches: languages.branches.map(([tag, own]) => [tag, kept(own)]) });
  return { [ACTION]: name, ...fields };
}

/** Returns the mapping for a destination of another type. It has no action if the type has a single action. */
export function forType(mapping: JsonObject, { actions }: Pick<TypeSummary, 'actions'>): JsonObject {
  const { [ACTION]: _action, ...fields } = mapping;
  return actions.every(({ name }) => name === null) ? fields : mapping;
}
