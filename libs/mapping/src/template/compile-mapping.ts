import { didYouMean } from '../did-you-mean.js';
import { isPhoneCountry } from '../filters/e164.filter.js';
import type { FieldFilterOptions } from '../filters/field-filters.js';
import { isTimeZone } from '../filters/time-zone.js';
import { isJsonObject, type Json, type JsonObject } from '../json-types.js';
import { engineFor } from '../liquid/engine.js';
import { MappingError } from '../mapping-error.js';
import { RenderProblem } from '../render-problem.js';
import { MAPPING_ROOTS, type MappingScope } from '../scope.js';
import type { CompileContext } from './compile-context.js';
import { failureAt, type RenderFailure } from './render-failure.js';
import { RenderFrame, RenderRun } from './render-run.js';
import { localeTemplate } from './locale-choice.js';
import { ABSENT, TemplateCompiler, type Render } from './template-compiler.js';

/** What a mapping takes from the brand. */
export interface MappingOptions {
  /** ISO 3166 country (`IN`) of phone numbers that come without their country code. */
  readonly defaultCountry?: string;
  /** IANA time zone of dates, where the template names none. Left out: UTC. */
  readonly timezone?: string;
}

/** A message, or why there is none: where in the template, and what a person can do, without a value of the event. */
export type RenderResult =
  | { readonly ok: true; readonly message: JsonObject }
  | { readonly ok: false; readonly problem: { readonly path: string; readonly message: string } };

/** A path that a template reads. */
export interface PlacedRead {
  /** The field of the message that it is read for; null if the whole message depends on it. */
  readonly messagePath: string | null;
  readonly read: string;
}

/** A template over roots of one's own, compiled once. */
export interface CompiledTemplate {
  /**
   * Never throws and never hangs; the message is valid JSON, within MAPPING_LIMITS, and shares nothing with the scope.
   * A root that the scope leaves out reads as missing.
   */
  render(scope: Readonly<Record<string, Json>>): RenderResult;
  /**
   * Every path the template can read, list indexes and dynamic parts as `*`, sorted, without repeats. A path stands for
   * all that lies under it.
   */
  readonly reads: readonly string[];
  /** The same with the fields of the message that they are read for; see {@link readsAt}. */
  readonly placedReads: readonly PlacedRead[];
  /**
   * What is read for a path of the message (`to`, `personalizations.0.to`): by template strings at, under or above it
   * that gives out a whole object, and by the conditions these depend on.
   */
  readsAt(path: string): readonly string[];
}

/** A mapping, compiled once. */
export interface CompiledMapping extends Omit<CompiledTemplate, 'render'> {
  /** As {@link CompiledTemplate.render}; a mapping sees all of its roots. */
  render(scope: MappingScope): RenderResult;
}

/**
 * Compiles a mapping: JSON whose texts are Liquid, over {@link MAPPING_ROOTS}; or one for each language, of which the
 * recipient's is taken: `{ locale: "{{ recipient.locale }}", en: {…}, ar: {…} }`.
 * @throws MappingError where the template cannot work.
 */
export function compileMapping(template: JsonObject, options: MappingOptions = {}): CompiledMapping {
  const compiled = compileWhole(template, MAPPING_ROOTS, options, (compiler, context, filters) => {
    const locales = localeTemplate(template);
    if (locales === undefined) return compiler.compile(template, context);
    return compiler.locales(locales, context, (locale) => engineFor({ ...filters, locale }));
  });
  return {
    ...compiled,
    render: ({ event, data, enriched, recipient, brand, digest = {} }) =>
      compiled.render({ event, data, enriched, recipient, brand, digest }),
  };
}

/**
 * Compiles a template in the language of mappings over other roots, such as the answer of a brand's own API.
 * @param roots the names at which paths may begin
 * @throws MappingError where the template cannot work.
 */
export function compileTemplate(
  template: JsonObject,
  roots: readonly string[],
  options: MappingOptions = {},
): CompiledTemplate {
  return compileWhole(template, roots, options, (compiler, context) => compiler.compile(template, context));
}

function compileWhole(
  template: JsonObject,
  roots: readonly string[],
  options: MappingOptions,
  compileAt: (compiler: TemplateCompiler, context: CompileContext, filters: FieldFilterOptions) => Render,
): CompiledTemplate {
  if (!isJsonObject(template)) throw new MappingError('', 'a mapping is an object: the message, field by field.');
  if (Object.hasOwn(template, '$each'))
    throw new MappingError('', 'a message is an object; "$each" makes a list and may stand in a field.');
  const filters = filterOptions(options);
  const engine = engineFor(filters);
  const compiler = new TemplateCompiler();
  const names = new Map<string, string | null>(roots.map((root) => [root, root]));
  const root = compileAt(compiler, { path: '', messagePath: '', depth: 1, names, engine }, filters);
  const renderOnce = (scope: Readonly<Record<string, Json>>): JsonObject => {
    const run = new RenderRun(engine);
    const message = root(new RenderFrame(run, scope));
    if (message === undefined || message === ABSENT || !isJsonObject(message)) {
      throw new RenderProblem('the mapping gives no object for this event.');
    }
    run.checkLength(message);
    return message;
  };
  return {
    render: (scope) => resultOf(() => renderOnce(scope)),
    reads: distinct(compiler.reads.map(({ read }) => read)),
    placedReads: compiler.reads,
    readsAt: (path) => readsAt(compiler.reads, path),
  };
}

/** See {@link CompiledTemplate.readsAt}. */
export function readsAt(reads: readonly PlacedRead[], path: string): readonly string[] {
  const wanted = path === '' ? [] : path.split('.');
  return distinct(reads.filter(({ messagePath }) => touches(messagePath, wanted)).map(({ read }) => read));
}

/** The clock of a busy machine can run out without any fault of the template: it gets a second attempt. */
function resultOf(render: () => JsonObject): RenderResult {
  let failure: RenderFailure | undefined;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      return { ok: true, message: render() };
    } catch (error) {
      failure = failureAt('', error);
      if (!failure.timedOut) break;
    }
  }
  const { path = '', reason = '' } = failure ?? {};
  return { ok: false, problem: { path, message: `Mapping at "${path || '(top)'}": ${reason}` } };
}

function filterOptions({ defaultCountry, timezone = 'UTC' }: MappingOptions): FieldFilterOptions {
  if (!isTimeZone(timezone)) throw new MappingError('', 'the time zone is an IANA name, such as "Asia/Kolkata".');
  if (defaultCountry === undefined) return { timezone };
  if (isPhoneCountry(defaultCountry)) return { timezone, defaultCountry };
  throw new MappingError(
    '',
    `the default country is a code of two capital letters.${didYouMean(defaultCountry, ['IN', 'US', 'GB'])}`,
  );
}

/** Whether one path is the other or lies under it; `*` stands for any index. Null is no path. */
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
