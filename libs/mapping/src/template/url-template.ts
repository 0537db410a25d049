import { isScalar, type Json } from '../json-types.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import { compileTemplate, type CompiledTemplate } from './compile-mapping.js';

/** Rendered URL, or its problem. `missing` is true if the event has no value for an output. */
export type UrlResult =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly missing: true; readonly problem: string }
  | { readonly ok: false; readonly missing: false; readonly problem: string };

/** Compiled URL with Liquid outputs in its path or query. */
export interface CompiledUrl {
  /** Scheme, host and port of the URL. No value of an event can change them. */
  readonly origin: string;
  /** Paths that the outputs in the URL can read. */
  readonly reads: readonly string[];
  /** Renders the URL. Never throws. The problem in the result contains no value of the event. */
  render(scope: Readonly<Record<string, Json>>): UrlResult;
}

const OUTPUT = /\{\{[^]*?\}\}/g;
/** Matches the scheme and host of a URL without credentials, and the character after the host. */
const BEGINNING = /^(https?:\/\/[^\s/?#@\\{}]+)(?:[/?#]|$)/;

/**
 * Compiles a URL such as `https://crm.example.com/contacts/{{ event.customerId }}`. Values are percent-encoded, so that
 * each value stays within its path segment or query parameter. Lists are joined by commas.
 * @param roots names with which paths may start
 * @throws MappingError with an empty path, if the URL is invalid
 */
export function compileUrl(text: string, roots: readonly string[]): CompiledUrl {
  if (text.length > MAPPING_LIMITS.templateStringCharacters) {
    throw new MappingError(
      '',
      `a URL can have at most ${MAPPING_LIMITS.templateStringCharacters} characters: shorten it.`,
    );
  }
  const literals = text.split(OUTPUT);
  const outputs = text.match(OUTPUT) ?? [];
  const origin = BEGINNING.exec(literals[0] ?? '')?.[1];
  if (origin === undefined || !URL.canParse(origin) || (outputs.length > 0 && literals[0] === origin)) {
    throw new MappingError(
      '',
      'must start with http:// or https:// and a literal host without user name, followed by a path.',
    );
  }
  if (literals.some((literal) => /\{\{|\}\}|\{%|%\}|[\s\\]/.test(literal))) {
    throw new MappingError(
      '',
      'can contain only outputs such as {{ event.customerId }}: remove tags, spaces and backslashes.',
    );
  }
  if (hasDotSegment(literals.join('x')))
    throw new MappingError('', 'has "." or ".." in its path: write the final path.');
  const template = compileOutputs(outputs, roots);
  return {
    origin,
    reads: template.reads,
    render: (scope) => {
      const rendered = template.render(scope);
      if (!rendered.ok) return refused(rendered.problem.message);
      const values = rendered.message['parts'];
      let url = literals[0] ?? '';
      for (const [index, value] of (Array.isArray(values) ? values : []).entries()) {
        const encoded = encode(value);
        if (encoded === '') {
          return { ok: false, missing: true, problem: `${outputs[index] ?? ''} has no value for this event.` };
        }
        if (encoded === undefined)
          return refused(
            `${outputs[index] ?? ''} has a value that a URL cannot contain: use a text, a number or a list of them.`,
          );
        url += encoded + (literals[index + 1] ?? '');
      }
      return hasDotSegment(url) ? refused('a value would change the path of the URL.') : { ok: true, url };
    },
  };
}

function compileOutputs(outputs: readonly string[], roots: readonly string[]): CompiledTemplate {
  try {
    return compileTemplate({ parts: [...outputs] }, roots);
  } catch (error) {
    throw error instanceof MappingError ? new MappingError('', error.reason) : error;
  }
}

function refused(problem: string): UrlResult {
  return { ok: false, missing: false, problem };
}

/**
 * Encodes a value for a URL. Returns an empty text for a missing value, and undefined for objects and invalid Unicode.
 */
function encode(value: Json): string | undefined {
  const values = Array.isArray(value) ? value : [value];
  const texts = values.filter((one) => one !== null && isScalar(one)).map(String);
  if (texts.length < values.filter((one) => one !== null).length) return undefined;
  return texts.every((one) => one.isWellFormed()) ? texts.map(encodeURIComponent).join(',') : undefined;
}

/** Returns true if the path contains `.` or `..`, including the spelling `%2e`, which URLs resolve. */
function hasDotSegment(url: string): boolean {
  const [path = ''] = url.split(/[?#]/);
  return path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
