import { isJsonObject, isScalar, type Json, type JsonObject } from '../json-types.js';
import { compileTemplateString, type CompiledTemplateString } from '../liquid/compile-template-string.js';
import { MAPPING_LIMITS } from '../limits.js';
import { MappingError } from '../mapping-error.js';
import { didYouMean } from '../did-you-mean.js';
import { childContext, joinPath, type CompileContext } from './compile-context.js';
import { chooseLocale, type LocaleTemplate } from './locale-choice.js';
import type { PlacedRead } from './placed-read.js';
import { eachRenderer, ifRenderer, partRenderer, sourceAt, valueOf, type Part } from './render.js';

/** Path that a template reads, with the places in the template and in the message. */
export interface TemplateRead extends PlacedRead {
  /** Place in the template: `items.do.sku`. */
  readonly at: string;
  /**
   * Form in which the value is shown without `required`, `default` or a condition: inside a `text`, or as a whole `value`. Null if
   * it is not shown this way.
   */
  readonly shown: 'text' | 'value' | null;
}

const DIRECTIVES = ['$each', '$if'];
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Compiler of templates into {@link Part}s. Records the reads of each message path. */
export class TemplateCompiler {
  /**
   * Reads by message path, with `*` for list elements. The message path is null if a read belongs to no single field.
   */
  readonly reads: TemplateRead[] = [];
  /** First problem of a literal argument of a filter. */
  problem: MappingError | null = null;
  private valueCount = 0;
  private characterCount = 0;

  /**
   * Compiles a mapping with one template per language. If the locale is missing, the first language is used. The locale
   * is therefore recorded as a read of the mapping, and not as a read of its fields.
   * @param engineOf returns the engine of a language
   */
  locales(
    { locale, branches }: LocaleTemplate,
    context: CompileContext,
    engineOf: (tag: string) => CompileContext['engine'],
  ): Part {
    const path = joinPath(context.path, 'locale');
    this.countValue({ ...context, path });
    const choice = compileTemplateString(context.engine, locale, context.names, path);
    for (const read of choice.reads) this.reads.push({ messagePath: null, read, at: path, shown: null });
    const tags = branches.map(([tag]) => tag);
    const renders = branches.map(([tag, template], index) => {
      const earlier = tags.slice(0, index).find((other) => other.toLowerCase() === tag.toLowerCase());
      if (earlier !== undefined)
        throw new MappingError(joinPath(context.path, tag), `is the same language as "${earlier}": remove one.`);
      return partRenderer(this.compile(template, { ...childContext(context, tag), engine: engineOf(tag) }));
    });
    const source = sourceAt(path, choice.source);
    return { kind: 'directive', render: (frame) => renders[chooseLocale(valueOf(source, frame), tags)]?.(frame) };
  }

  compile(template: Json, context: CompileContext): Part {
    if (context.depth > MAPPING_LIMITS.depth) {
      throw new MappingError(context.path, `is nested deeper than ${MAPPING_LIMITS.depth} levels: use fewer levels.`);
    }
    if (Array.isArray(template)) return this.compileList(template, context);
    if (isJsonObject(template)) return this.objectOrDirective(template, context);
    return this.compileScalar(template, context);
  }

  private objectOrDirective(template: JsonObject, context: CompileContext): Part {
    if (Object.hasOwn(template, '$each')) return this.compileEach(template, context);
    if (Object.hasOwn(template, '$if')) return this.compileIf(template, context);
    const keys = Object.entries(template);
    if (keys.length === 0) this.countValue(context);
    const entries = keys.map(([key, value]) => {
      const path = joinPath(context.path, key);
      if (key.startsWith('$')) {
        const hint = didYouMean(key, DIRECTIVES);
        throw new MappingError(path, `"${key}" is not a directive. Available: ${DIRECTIVES.join(', ')}.${hint}`);
      }
      if (key === '__proto__') throw new MappingError(path, '"__proto__" cannot be a key: rename it.');
      if (key.includes('{{') || key.includes('{%'))
        throw new MappingError(path, 'keys are plain text: use Liquid only in values.');
      return [key, this.compile(value, childContext(context, key, key))] as const;
    });
    return { kind: 'object', entries };
  }

  private compileList(template: Json[], context: CompileContext): Part {
    if (template.length === 0) this.countValue(context);
    const items = template.map((item, index) =>
      this.compile(item, childContext(context, String(index), String(index))),
    );
    return { kind: 'list', items };
  }

  private compileEach(template: JsonObject, context: CompileContext): Part {
    onlyKeys(template, ['$each', 'as', 'do'], context.path);
    const { $each: source, as: name = 'item', do: body } = template;
    const path = joinPath(context.path, '$each');
    const templateString = this.compileOutput(source, path, context);
    if (body === undefined) throw new MappingError(context.path, '"$each" needs a "do": add the template of an item.');
    const namePath = joinPath(context.path, 'as');
    if (typeof name !== 'string' || !NAME.test(name))
      throw new MappingError(namePath, 'must be a name of letters, digits and "_".');
    if (context.names.has(name)) throw new MappingError(namePath, `"${name}" is already used: choose another name.`);
    const names = new Map(context.names).set(
      name,
      templateString.plainPath === undefined ? null : `${templateString.plainPath}.*`,
    );
    const before = this.reads.length;
    const item = this.compile(body, { ...childContext(context, 'do', '*'), names });
    // If the body reads paths of the items, these paths are enough. Otherwise the whole list is recorded as read.
    const itemsRead = this.reads
      .slice(before)
      .some(({ read }) => read.startsWith(`${templateString.plainPath ?? ''}.*`));
    if (templateString.plainPath === undefined || !itemsRead) this.recordReads(templateString, context);
    return { kind: 'directive', render: eachRenderer(templateString.source, name, item, path) };
  }

  private compileIf(template: JsonObject, context: CompileContext): Part {
    onlyKeys(template, ['$if', 'then', 'else'], context.path);
    const path = joinPath(context.path, '$if');
    const templateString = this.compileOutput(template['$if'], path, context);
    this.recordReads(templateString, context);
    const tested = new Set([...context.tested, ...templateString.reads]);
    if (template['then'] === undefined) throw new MappingError(context.path, '"$if" needs a "then": add it.');
    const then = this.compile(template['then'], { ...childContext(context, 'then'), tested });
    const otherwise =
      template['else'] === undefined
        ? undefined
        : this.compile(template['else'], { ...childContext(context, 'else'), tested });
    return { kind: 'directive', render: ifRenderer(templateString.source, then, otherwise, path) };
  }

  private compileScalar(value: string | number | boolean | null, context: CompileContext): Part {
    this.countValue(context);
    const { path } = context;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new MappingError(path, 'the number is not finite: use a finite number.');
    this.characterCount += typeof value === 'string' ? value.length : 0;
    if (this.characterCount > MAPPING_LIMITS.templateCharacters) {
      throw new MappingError(
        path,
        `a template can have at most ${MAPPING_LIMITS.templateCharacters} characters: shorten it.`,
      );
    }
    if (!isScalar(value))
      throw new MappingError(path, 'is not a JSON value: put it in quotes, for example if it is a date.');
    if (typeof value !== 'string') return { kind: 'value', source: { kind: 'literal', value }, path };
    const templateString = compileTemplateString(context.engine, value, context.names, path);
    this.recordReads(templateString, context, templateString.isOutput ? 'value' : 'text');
    return { kind: 'value', source: sourceAt(path, templateString.source), path };
  }

  /** Counts a value, an empty object or an empty list. Throws if the template has too many of them. */
  private countValue({ path }: CompileContext): void {
    if (++this.valueCount <= MAPPING_LIMITS.values) return;
    throw new MappingError(path, `a template can have at most ${MAPPING_LIMITS.values} values: remove some.`);
  }

  /** Compiles the template string of a directive, which must be exactly one output. */
  private compileOutput(value: Json | undefined, path: string, context: CompileContext): CompiledTemplateString {
    const templateString =
      typeof value === 'string' ? compileTemplateString(context.engine, value, context.names, path) : undefined;
    if (!templateString?.isOutput)
      throw new MappingError(path, 'must be exactly one output, such as "{{ data.items }}", without other text.');
    return templateString;
  }

  private recordReads(
    { reads, shown, problem }: CompiledTemplateString,
    { path, messagePath, tested }: CompileContext,
    as: TemplateRead['shown'] = null,
  ): void {
    this.problem ??= problem;
    for (const read of reads) {
      this.reads.push({ messagePath, read, at: path, shown: shown.has(read) && !tested.has(read) ? as : null });
    }
  }
}

function onlyKeys(template: JsonObject, allowed: readonly string[], path: string): void {
  const other = Object.keys(template).find((key) => !allowed.includes(key));
  if (other === undefined) return;
  throw new MappingError(
    joinPath(path, other),
    `next to "${allowed[0] ?? ''}", only ${allowed.slice(1).join(' and ')} are allowed.${didYouMean(other, allowed)}`,
  );
}
