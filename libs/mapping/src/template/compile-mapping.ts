import { didYouMean } from '../did-you-mean.js';
import { isPhoneCountry } from '../filters/e164.filter.js';
import type { FieldFilterOptions } from '../filters/field-filters.js';
import { isTimeZone } from '../filters/time-zone.js';
import { isJsonObject, type Json, type JsonObject } from '../json-types.js';
import { engineFor } from '../liquid/engine.js';
import { MappingError } from '../mapping-error.js';
import { MAPPING_ROOTS, type MappingScope } from '../scope.js';
import { ACTION, actionName, actionTemplate } from './action.js';
import type { CompileContext } from './compile-context.js';
import { localeTemplate } from './locale-choice.js';
import type { PlacedRead } from './placed-read.js';
import { messageRenderer, type Part, type RenderResult } from './render.js';
import { TemplateCompiler, type TemplateRead } from './template-compiler.js';

/** Settings of a brand for its mappings. */
export interface MappingOptions {
  /** ISO 3166 country (`IN`) of phone numbers without country code. */
  readonly defaultCountry?: string;
  /** IANA time zone for dates if the template does not name a zone. Default: UTC. */
  readonly timezone?: string;
}

/** Compiled template. Its caller chooses the roots. */
export interface CompiledTemplate {
  /**
   * Renders the message. Never throws and never hangs. The message is valid JSON within MAPPING_LIMITS and shares no object
   * with the scope. A root without data counts as missing.
   */
  render(scope: Readonly<Record<string, Json>>): RenderResult;
  /**
   * Every path that the template can read, sorted and unique, with `*` for list indexes and dynamic parts. A path includes
   * everything below it.
   */
  readonly reads: readonly string[];
  /** The paths of `reads`, each with its message field; see {@link readsAt}. */
  readonly placedReads: readonly TemplateRead[];
  /**
   * First time zone or language that is written in the template and is invalid. Null if all are valid. A template in use
   * still renders; a new template is refused.
   */
  readonly literalProblem: MappingError | null;
  /**
   * Returns the paths that are read for a message field (`to`, `personalizations.0.to`). Template strings at the field
   * or below it read these paths, and template strings above the field that output an object. The paths of conditions
   * around these template strings are included.
   */
  readsAt(path: string): readonly string[];
}

/** Compiled mapping. */
export interface CompiledMapping extends Omit<CompiledTemplate, 'render'> {
  /** Renders the message as {@link CompiledTemplate.render} does. */
  render(scope: MappingScope): RenderResult;
}

/** Compiled template whose caller checks the scope. */
interface Compiled extends Omit<CompiledTemplate, 'render'> {
  render(scope: object): RenderResult;
}

/**
 * Compiles a mapping: JSON with Liquid texts that read {@link MAPPING_ROOTS}. A mapping may have one template per
 * language: `{ locale: "{{ recipient.locale }}", en: {…}, ar: {…} }`. Then the template of the recipient's language is
 * used. If the mapping names an action (`$action`), every message has this name.
 * @throws MappingError if the template is invalid
 */
export function compileMapping(template: JsonObject, options: MappingOptions = {}): CompiledMapping {
  requireObject(template);
  const { action, fields } = actionTemplate(template);
  const compiled = compileWhole(fields, MAPPING_ROOTS, options, ['digest'], (compiler, context, filters) => {
    const locales = localeTemplate(fields);
    if (locales === undefined) return compiler.compile(fields, context);
    return compiler.locales(locales, context, (locale) => engineFor({ ...filters, locale }));
  });
  return action === undefined ? compiled : withAction(actionName(action), compiled);
}

/** Adds the name of the action to every message. An output of the whole message cannot change the name. */
function withAction(name: string, compiled: Compiled): Compiled {
  return {
    ...compiled,
    render(scope) {
      const result = compiled.render(scope);
      if (!result.ok) return result;
      return { ok: true, message: Object.assign({ [ACTION]: name }, result.message, { [ACTION]: name }) };
    },
  };
}

/**
 * Compiles a template whose roots differ from the roots of a mapping, such as a template for the response of a brand's
 * API.
 * @param roots names with which paths may start
 * @throws MappingError if the template is invalid
 */
export function compileTemplate(
  template: JsonObject,
  roots: readonly string[],
  options: MappingOptions = {},
): CompiledTemplate {
  return compileWhole(template, roots, options, [], (compiler, context) => compiler.compile(template, context));
}

function compileWhole(
  template: JsonObject,
  roots: readonly string[],
  options: MappingOptions,
  optionalRoots: readonly string[],
  compileAt: (compiler: TemplateCompiler, context: CompileContext, filters: FieldFilterOptions) => Part,
): Compiled {
  requireObject(template);
  if (Object.hasOwn(template, '$each'))
    throw new MappingError('', 'a message is an object, but "$each" creates a list: use "$each" in a field.');
  const filters = filterOptions(options);
  const engine = engineFor(filters);
  const compiler = new TemplateCompiler();
  const names = new Map<string, string | null>(roots.map((root) => [root, root]));
  const root = compileAt(compiler, { path: '', messagePath: '', depth: 1, names, tested: new Set(), engine }, filters);
  return {
    render: messageRenderer(root, engine, optionalRoots),
    reads: distinct(compiler.reads.map(({ read }) => read)),
    placedReads: compiler.reads,
    literalProblem: compiler.problem,
    readsAt: (path) => readsAt(compiler.reads, path),
  };
}

function requireObject(template: JsonObject): void {
  if (!isJsonObject(template))
    throw new MappingError('', 'a mapping must be an object with the fields of the message.');
}

/** Implements {@link CompiledTemplate.readsAt}. */
export function readsAt(reads: readonly PlacedRead[], path: string): readonly string[] {
  const wanted = path === '' ? [] : path.split('.');
  return distinct(reads.filter(({ messagePath }) => touches(messagePath, wanted)).map(({ read }) => read));
}

function filterOptions({ defaultCountry, timezone = 'UTC' }: MappingOptions): FieldFilterOptions {
  if (!isTimeZone(timezone)) throw new MappingError('', 'the time zone must be an IANA name, such as "Asia/Kolkata".');
  if (defaultCountry === undefined) return { timezone };
  if (isPhoneCountry(defaultCountry)) return { timezone, defaultCountry };
  throw new MappingError(
    '',
    `the default country must be a code of two capital letters.${didYouMean(defaultCountry, ['IN', 'US', 'GB'])}`,
  );
}

/**
 * Returns true if one path equals or contains the other path. `*` matches any index. Null matches only the empty path.
 */
function touches(messagePath: string | null, wanted: readonly string[]): boolean {
  if (messagePath === null) return wanted.length === 0;
  const segments = messagePath === '' ? [] : messagePath.split('.');
  return wanted.every((segment, index) => {
    const own = segments[index];
    return own === undefined || own === segment || own === '*' || segment === '*';
  });
}

function distinct(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort();
}
