import type { Json, JsonObject } from '../json-types.js';
import { MappingError } from '../mapping-error.js';

/** Key of a mapping, and of the message that it makes, that names an action of the destination type. */
export const ACTION = '$action';

const NAME = /^[a-z][A-Za-z0-9]{0,63}$/;

/** Mapping, separated from the name of its action. */
export interface ActionTemplate {
  /** Name of the action. Undefined if the mapping names none. */
  readonly action: Json | undefined;
  /** Template of the fields of the message. */
  readonly fields: JsonObject;
}

/** Separates the name of the action from a mapping. */
export function actionTemplate(template: JsonObject): ActionTemplate {
  const { [ACTION]: action, ...fields } = template;
  return action === undefined ? { action, fields: template } : { action, fields };
}

/**
 * Returns the name of an action. The name is a constant, so that the class of a message is known before any event.
 * @throws MappingError if the value is not a name
 */
export function actionName(action: Json): string {
  if (typeof action === 'string' && NAME.test(action)) return action;
  throw new MappingError(ACTION, 'must be the name of an action, such as sendText, and cannot contain Liquid.');
}
