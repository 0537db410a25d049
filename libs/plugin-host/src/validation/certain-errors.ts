import type { MessageShape, Uncertainty } from '@patchbay/mapping';
import type { ErrorObject } from 'ajv';

/** Keywords whose errors concern the parts of a value together, such as their number. */
const WHOLE = new Set(['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'not']);

/**
 * Returns the errors that every message of a shape has, for every content of the event.
 * @param errors errors of ajv (option `verbose`) about the message of the shape
 */
export function certainErrors(errors: readonly ErrorObject[], { uncertain }: MessageShape): readonly ErrorObject[] {
  return errors.filter((error) => isCertain(error, uncertain));
}

function isCertain(error: ErrorObject, uncertain: MessageShape['uncertain']): boolean {
  const { keyword } = error;
  const path = error.instancePath.split('/').slice(1);
  if (keyword === 'required' || keyword === 'additionalProperties') return true;
  if (keyword === 'oneOf' || keyword === 'anyOf') {
    return !namesIn(error.schema).some((name) => ['any', 'partial'].includes(at(uncertain, [...path, name]) ?? ''));
  }
  const own = at(uncertain, path);
  if (own === 'any') return false;
  if (own === 'text') return keyword === 'type' && ![error.params.type].flat().includes('string');
  if (!WHOLE.has(keyword)) return true;
  const below = path.length === 0 ? '' : `${path.join('.')}.`;
  return own === undefined && ![...uncertain.keys()].some((place) => place.startsWith(below));
}

function at(uncertain: MessageShape['uncertain'], path: readonly string[]): Uncertainty | undefined {
  return uncertain.get(path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.'));
}

/** Returns the names of the properties that alternatives require or forbid. */
function namesIn(alternatives: unknown): readonly string[] {
  if (!Array.isArray(alternatives)) return [];
  return alternatives.flatMap((one: unknown) => {
    const properties: unknown = typeof one === 'object' && one !== null && 'properties' in one ? one.properties : null;
    return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  });
}
