import type { TypeSummary } from './destination-types';

/** Action of a destination type, with the fields of its messages. */
export type TypeAction = TypeSummary['actions'][number];

/** Key of a mapping that names the action. */
export const ACTION = '$action';

/** Returns the action that a mapping names, or the single action of the type. Undefined if the mapping names none. */
export function actionOf(type: TypeSummary, mapping: Readonly<Record<string, unknown>>): TypeAction | undefined {
  return type.actions.find(({ name }) => name === (mapping[ACTION] ?? null));
}
