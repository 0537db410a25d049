import { isScalar, type Json } from '../json-types.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import { compileTemplate, type CompiledTemplate } from './compile-mapping.js';

/** A URL, or why there is none. `missing` names what the template reads and the event does not have. */
export type UrlResult =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly missing: true; readonly problem: string }
  | { readonly ok: false; readonly missing: false; readonly problem: string };

/** A URL with Liquid outputs in its path or query, compiled once. */
export interface CompiledUrl {
  /** Scheme, host and port, as written: no value can change them. */
  readonly origin: string;
  /** Every path that the outputs can read. */
  readonly reads: readonly string[];
  /** Never throws. The problem holds no value. */
  render(scope: Readonly<Record<string, Json>>): UrlResult;
}

const OUTPUT = /\{\{[^]*?\}\}/g;
/** Scheme, host and what ends the host, without credentials. */
const BEGINNING = /^(https?:\/\/[^\s/?#@\\{}]+)(?:[/?#]|$)/;

/**
 * Compiles a URL such as `https://crm.example.com/contacts/{{ event.customerId }}`. What an output gives is
 * percent-encoded, so that a value stays within its segment or parameter; a list is joined by commas.
 * @param roots the names at which paths may begin
 * @throws MappingError where it cannot work; its path is empty.
 */
export function compileUrl(text: string, roots: readonly string[]): CompiledUrl {
  if (text.length > MAPPING_LIMITS.templateStringCharacters) {
    throw new MappingError('', `a URL has at most ${MAPPING_LIMITS.templateStringCharacters} characters.`);
  }
  const literals = text.split(OUTPUT);
  const outputs = text.match(OUTPUT) ?? [];
  const origin = BEGINNING.exec(literals[0] ?? '')?.[1];
  if (origin === undefined || !URL.canParse(origin) || (outputs.length > 0 && literals[0] === origin)) {
    throw new MappingError('', 'begins with https:// and a host written out, without a user name, then a path.');
  }
  if (literals.some((literal) => /\{\{|\}\}|\{%|%\}|[\s\\]/.test(literal))) {
    throw new MappingError('', 'holds only outputs such as {{ event.customerId }}: no tags, spaces or backslashes.');
  }
  if (hasDotSegment(literals.join('x')))
    throw new MappingError('', 'has a part "." or ".." in its path: write it out.');
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
        if (encoded === undefined) return refused(`${outputs[index] ?? ''} gives what a URL cannot hold.`);
        url += encoded + (literals[index + 1] ?? '');
      }
      return hasDotSegment(url) ? refused('a value would lead to another path.') : { ok: true, url };
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

/** Empty for nothing; undefined for objects and for text that is no Unicode. */
function encode(value: Json): string | undefined {
  const values = Array.isArray(value) ? value : [value];
  const texts = values.filter((one) => one !== null && isScalar(one)).map(String);
  if (texts.length < values.filter((one) => one !== null).length) return undefined;
  return texts.every((one) => one.isWellFormed()) ? texts.map(encodeURIComponent).join(',') : undefined;
}

/** URLs take `.` and `..` for steps, also where they are written `%2e`. */
function hasDotSegment(url: string): boolean {
  const [path = ''] = url.split(/[?#]/);
  return path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
}
