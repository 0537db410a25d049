import { Output, toValueSync, TypeGuards, type Liquid, type Template, type Value } from 'liquidjs';
import type { RenderFrame } from '../template/render-run.js';
import { MappingError } from '../mapping-error.js';
import { readsOf, type Names } from './template-string-reads.js';
import { parseTemplateString } from './parse-template-string.js';
import { propertyReader } from './property-reader.js';
import { TextEmitter } from './text-emitter.js';

/** Compiled template string. */
export interface CompiledTemplateString {
  /** True if the string consists of one output, whose value keeps its type. White space around the output is ignored. */
  readonly isOutput: boolean;
  /**
   * Path such as `data.items`, if the string consists of one output of this path without filters. Otherwise undefined.
   */
  readonly plainPath: string | undefined;
  readonly reads: ReadonlySet<string>;
  readonly evaluate: (frame: RenderFrame) => unknown;
}

type Evaluate = CompiledTemplateString['evaluate'];

/** @throws MappingError with `path`. */
export function compileTemplateString(
  engine: Liquid,
  text: string,
  names: Names,
  path: string,
): CompiledTemplateString {
  const templates = parseTemplateString(engine, text, path);
  const reads = collectReads(templates, names, path);
  const [only, ...others] = templates.filter((template) => htmlOf(template)?.trim() !== '');
  if (only instanceof Output && others.length === 0) {
    const plain = only.value.filters.length === 0 && readerOf(only.value) !== undefined && reads.size === 1;
    return { isOutput: true, plainPath: plain ? [...reads][0] : undefined, reads, evaluate: outputOf(only.value) };
  }
  return { isOutput: false, plainPath: undefined, reads, evaluate: textEvaluator(templates) };
}

function collectReads(templates: readonly Template[], names: Names, path: string): Set<string> {
  try {
    return readsOf(templates, names, path);
  } catch (error) {
    if (error instanceof RangeError) throw new MappingError(path, 'is nested too deeply: use fewer levels.');
    throw error;
  }
}

function textEvaluator(templates: Template[]): Evaluate {
  const parts: Evaluate[] = [];
  for (const template of templates) {
    const html = htmlOf(template);
    if (html !== undefined) parts.push(() => html);
    else if (template instanceof Output) parts.push(outputOf(template.value));
    else return tagEvaluator(templates);
  }
  return (frame) => {
    const emitter = new TextEmitter();
    for (const part of parts) emitter.write(part(frame));
    return emitter.buffer;
  };
}

function tagEvaluator(templates: Template[]): Evaluate {
  return (frame) => {
    const emitter = new TextEmitter();
    toValueSync(frame.run.engine.renderer.renderTemplates(templates, frame.tagContext(), emitter));
    return emitter.buffer;
  };
}

function outputOf(value: Value): Evaluate {
  const read = readerOf(value);
  const { filters } = value;
  if (read && filters.length === 0) return (frame) => read(frame.names);
  return (frame) => {
    const context = frame.outputContext();
    let result: unknown = read ? read(frame.names) : toValueSync(value.initial.evaluate(context, false));
    for (const filter of filters) result = toValueSync(filter.render(result, context));
    return result;
  };
}

function readerOf(value: Value): ReturnType<typeof propertyReader> {
  return value.initial.postfix.length === 1 ? propertyReader(value.initial.postfix[0]) : undefined;
}

function htmlOf({ token }: Template): string | undefined {
  return TypeGuards.isHTMLToken(token) ? token.getContent() : undefined;
}
