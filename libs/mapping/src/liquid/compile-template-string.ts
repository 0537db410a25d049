import { Output, toValueSync, TypeGuards, type Liquid, type Template, type Token, type Value } from 'liquidjs';
import { MappingError } from '../mapping-error.js';
import { outputContext, tagContext, valueOf, type Source } from '../template/render.js';
import { readsOf, type Names, type TemplateStringReads } from './template-string-reads.js';
import { parseTemplateString } from './parse-template-string.js';
import { TextEmitter } from './text-emitter.js';

/** Compiled template string. */
export interface CompiledTemplateString {
  /**
   * True if the string consists of one output. The value of this output keeps its type. White space around the output
   * is ignored.
   */
  readonly isOutput: boolean;
  /**
   * Path such as `data.items`, if the string consists of one output of this path without filters. Otherwise undefined.
   */
  readonly plainPath: string | undefined;
  readonly reads: ReadonlySet<string>;
  /** See {@link TemplateStringReads.shown}. */
  readonly shown: ReadonlySet<string>;
  /** See {@link TemplateStringReads.problem}. */
  readonly problem: MappingError | null;
  readonly source: Source;
}

/** Property names whose value Liquid computes. A path with one of these names is not a plain path. */
const COMPUTED = new Set(['size', 'first', 'last']);

/**
 * Compiles a template string.
 * @throws MappingError with `path`
 */
export function compileTemplateString(
  engine: Liquid,
  text: string,
  names: Names,
  path: string,
): CompiledTemplateString {
  const templates = parseTemplateString(engine, text, path);
  const { all: reads, shown, problem } = collectReads(templates, names, path);
  const [only, ...others] = templates.filter((template) => htmlOf(template)?.trim() !== '');
  if (only instanceof Output && others.length === 0) {
    const plain = only.value.filters.length === 0 && keysOf(only.value) !== undefined && reads.size === 1;
    return {
      isOutput: true,
      plainPath: plain ? [...reads][0] : undefined,
      reads,
      shown,
      problem,
      source: outputOf(only.value),
    };
  }
  return { isOutput: false, plainPath: undefined, reads, shown, problem, source: textOf(templates) };
}

function collectReads(templates: readonly Template[], names: Names, path: string): TemplateStringReads {
  try {
    return readsOf(templates, names, path);
  } catch (error) {
    if (error instanceof RangeError) throw new MappingError(path, 'is nested too deeply: use fewer levels.');
    throw error;
  }
}

function textOf(templates: Template[]): Source {
  const texts = templates.map(htmlOf);
  if (!texts.includes(undefined)) return { kind: 'literal', value: texts.join('') };
  const parts: Source[] = [];
  for (const template of templates) {
    const html = htmlOf(template);
    if (html !== undefined) parts.push({ kind: 'literal', value: html });
    else if (template instanceof Output) parts.push(outputOf(template.value));
    else return tagsOf(templates);
  }
  return {
    kind: 'liquid',
    evaluate: (frame) => {
      const emitter = new TextEmitter();
      for (const part of parts) emitter.write(valueOf(part, frame));
      return emitter.buffer;
    },
  };
}

function tagsOf(templates: Template[]): Source {
  return {
    kind: 'liquid',
    evaluate: (frame) => {
      const emitter = new TextEmitter();
      toValueSync(frame.run.engine.renderer.renderTemplates(templates, tagContext(frame), emitter));
      return emitter.buffer;
    },
  };
}

function outputOf(value: Value): Source {
  const keys = keysOf(value);
  const path: Source | undefined = keys && { kind: 'path', keys };
  const { filters } = value;
  if (path && filters.length === 0) return path;
  return {
    kind: 'liquid',
    evaluate: (frame) => {
      const context = outputContext(frame);
      let result: unknown = path ? valueOf(path, frame) : toValueSync(value.initial.evaluate(context, false));
      for (const filter of filters) result = toValueSync(filter.render(result, context));
      return result;
    },
  };
}

/** Returns the keys of an output that starts with a plain path. Undefined for any other output. */
function keysOf({ initial }: Value): readonly (string | number)[] | undefined {
  return initial.postfix.length === 1 ? pathKeys(initial.postfix[0]) : undefined;
}

/** Returns the keys of a plain path such as `data.items[0].sku`. Undefined if the token is not a plain path. */
function pathKeys(token: Token | undefined): readonly (string | number)[] | undefined {
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable) return undefined;
  const keys: (string | number)[] = [];
  for (const prop of token.props) {
    if (TypeGuards.isWordToken(prop) || TypeGuards.isQuotedToken(prop)) {
      if (COMPUTED.has(prop.content)) return undefined;
      keys.push(prop.content);
    } else if (TypeGuards.isNumberToken(prop) && Number.isInteger(prop.content) && prop.content >= 0) {
      keys.push(prop.content);
    } else {
      return undefined;
    }
  }
  return keys;
}

function htmlOf({ token }: Template): string | undefined {
  return TypeGuards.isHTMLToken(token) ? token.getContent() : undefined;
}
