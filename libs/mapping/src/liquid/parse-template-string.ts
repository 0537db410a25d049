import { LiquidError, type Liquid, type Template } from 'liquidjs';
import { didYouMean } from '../did-you-mean.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import { TAGS } from './engine.js';

/**
 * Parses a template string.
 * @throws MappingError with `path` and the fix
 */
export function parseTemplateString(engine: Liquid, text: string, path: string): Template[] {
  if (text.length > MAPPING_LIMITS.templateStringCharacters) {
    throw new MappingError(
      path,
      `a text can have at most ${MAPPING_LIMITS.templateStringCharacters} characters, but this text has ` +
        `${text.length}: shorten it.`,
    );
  }
  try {
    return engine.parse(text);
  } catch (error) {
    throw new MappingError(path, reasonOf(error, engine));
  }
}

function reasonOf(error: unknown, engine: Liquid): string {
  if (!LiquidError.is(error)) return 'is nested too deeply: use fewer levels.';
  const filter = /undefined filter: ([^,]*)/.exec(error.message)?.[1];
  if (filter !== undefined) {
    return `there is no filter "${filter}" in mappings.${didYouMean(filter, Object.keys(engine.filters))}`;
  }
  const tag = /tag "([^"]*)" not found/.exec(error.message)?.[1];
  if (tag !== undefined) {
    if (/^(end|else$|elsif$|when$)/.test(tag))
      return `the tag "${tag}" has no opening tag: add the opening tag, or remove this one.`;
    return `there is no tag "${tag}" in mappings. Available: ${TAGS.slice(0, -1).join(', ')}.${didYouMean(tag, TAGS)}`;
  }
  const open = /^output .* not closed, line:(\d+), col:(\d+)/s.exec(error.message);
  if (open !== null) {
    const [, line, column] = open;
    return `the {{ at ${line === '1' ? '' : `line ${line ?? ''}, `}column ${column ?? ''} has no }}: add }}.`;
  }
  return `is not valid Liquid: ${error.message}.`;
}
