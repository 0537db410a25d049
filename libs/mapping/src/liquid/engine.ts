import {
  CaptureTag,
  defaultOperators,
  filters as builtIn,
  Liquid,
  toValue,
  type Context,
  type Operators,
} from 'liquidjs';
import { fieldFilters, type FieldFilterOptions } from '../filters/field-filters.js';
import { MAPPING_LIMITS } from '../limits.js';
import { RenderProblem } from '../render-problem.js';
import { guardFilter } from './filter-guard.js';
import { TextEmitter } from './text-emitter.js';

/** Liquid tags that a template may use. Excludes tags that read files (include, render, layout, block) or keep a counter. */
export const TAGS = [
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'echo',
  'for',
  'if',
  'liquid',
  'raw',
  'unless',
  '#',
];

/**
 * Liquid filters that a template may use. Excluded are:
 * - filters that evaluate a text as expression, such as `where_exp`, because their reads are unknown at compile time;
 * - `sample`, because a retry must create the same message;
 * - date filters other than `date`.
 */
const BUILT_IN_FILTERS = [
  ...['escape', 'xml_escape', 'escape_once', 'newline_to_br', 'strip_html'],
  ...['abs', 'at_least', 'at_most', 'ceil', 'divided_by', 'floor', 'minus', 'plus', 'modulo', 'times', 'round'],
  ...['url_decode', 'url_encode', 'cgi_escape', 'uri_escape', 'slugify'],
  ...['join', 'last', 'first', 'reverse', 'sort', 'sort_natural', 'size', 'map', 'sum', 'compact', 'concat', 'push'],
  ...['unshift', 'pop', 'shift', 'slice', 'where', 'reject', 'group_by', 'has', 'find', 'find_index', 'uniq'],
  ...['append', 'prepend', 'lstrip', 'downcase', 'upcase', 'remove', 'remove_first', 'remove_last', 'rstrip', 'split'],
  ...['strip', 'strip_newlines', 'squish', 'capitalize', 'replace', 'replace_first', 'replace_last', 'truncate'],
  ...['truncatewords', 'normalize_whitespace', 'number_of_words', 'array_to_sentence_string'],
  ...['base64_encode', 'base64_decode', 'default', 'to_integer', 'json'],
];

const engines = new Map<string, Liquid>();
const MAX_ENGINES = 200;

/** Returns a Liquid engine without file access, limited to own properties and to the allowed tags and filters. */
export function engineFor(options: FieldFilterOptions): Liquid {
  const key = `${options.defaultCountry ?? ''}|${options.timezone}|${options.locale ?? ''}`;
  let engine = engines.get(key);
  if (!engine) {
    if (engines.size >= MAX_ENGINES) engines.clear();
    engine = createEngine(options);
    engines.set(key, engine);
  }
  return engine;
}

function createEngine(options: FieldFilterOptions): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    templates: {},
    relativeReference: false,
    renderLimit: MAPPING_LIMITS.templateStringMs,
    parseLimit: MAPPING_LIMITS.templateStringCharacters,
    memoryLimit: MAPPING_LIMITS.memory,
    operators: boundedOperators(),
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.includes(tag)) delete engine.tags[tag];
  engine.registerTag('capture', BoundedCapture);
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name);
  for (const name of BUILT_IN_FILTERS) {
    const handler = (builtIn as Readonly<Record<string, Liquid['filters'][string]>>)[name];
    if (handler) engine.registerFilter(name, guardFilter(name, handler));
  }
  for (const [name, handler] of Object.entries(fieldFilters(options))) {
    engine.registerFilter(name, guardFilter(name, handler));
  }
  return engine;
}

/**
 * Capture tag whose text cannot exceed the size of a message, and counts towards the memory limit of the template
 * string.
 */
class BoundedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    const emitter = new TextEmitter();
    yield this.liquid.renderer.renderTemplates(this.templates, context, emitter);
    context.memoryLimit.use(emitter.buffer.length);
    Object.assign(context.bottom(), { [this.variable]: emitter.buffer });
  }
}

/**
 * Returns the comparison operators, which compare only numbers and texts, and a `contains` that limits its search text.
 */
function boundedOperators(): Operators {
  const ordered = (holds: (left: string | number, right: string | number) => boolean) => (l: unknown, r: unknown) => {
    const left: unknown = toValue(l);
    const right: unknown = toValue(r);
    return isOrdered(left) && isOrdered(right) && holds(left, right);
  };
  return {
    ...defaultOperators,
    '>': ordered((left, right) => left > right),
    '<': ordered((left, right) => left < right),
    '>=': ordered((left, right) => left >= right),
    '<=': ordered((left, right) => left <= right),
    contains: (l: unknown, r: unknown) => {
      const left: unknown = toValue(l);
      const right: unknown = toValue(r);
      if (Array.isArray(left)) return left.includes(right);
      if (typeof left !== 'string' || (typeof right !== 'string' && typeof right !== 'number')) return false;
      const part = String(right);
      if (part.length > MAPPING_LIMITS.patternCharacters) {
        throw new RenderProblem(
          `"contains" can search for at most ${MAPPING_LIMITS.patternCharacters} characters: shorten the search text.`,
        );
      }
      return left.includes(part);
    },
  };
}

function isOrdered(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
