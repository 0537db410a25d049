import { FilterError } from './filter-error.js';
import type { JsonObject } from './json-types.js';
import { MappingError } from './mapping-error.js';
import type { FilterRoot, FilterScope, MappingScope } from './scope.js';
import {
  compileMapping,
  compileTemplate,
  type CompiledMapping,
  type MappingOptions,
} from './template/compile-mapping.js';
import type { TemplateRead } from './template/template-compiler.js';
import type { RenderResult } from './template/render.js';
import { compileUrl } from './template/url-template.js';
import { compileFilter } from './when/compile-filter.js';
import { EventBudget, type FailedClause, type FilterVerdict } from './when/evaluate-filter.js';
import type { HiddenPath } from './when/hidden-paths.js';

/*
 * Tasks on templates and filters. Their inputs and outputs are plain data, so that another thread can run them.
 */

/** Compile error of a template or filter. */
export interface CompileProblem {
  /** Place in the template or filter. */
  readonly path: string;
  readonly reason: string;
}

/** Template or filter to compile. */
export type CompileTask =
  | { readonly kind: 'mapping'; readonly source: JsonObject; readonly options: MappingOptions }
  | { readonly kind: 'template'; readonly source: JsonObject; readonly roots: readonly string[] }
  | { readonly kind: 'url'; readonly source: string; readonly roots: readonly string[] }
  /** `roots` are `FILTER_ROOTS` if they are left out. */
  | { readonly kind: 'filter'; readonly source: JsonObject; readonly roots?: readonly FilterRoot[] };

/** Paths that a template or filter reads, or its compile error. */
export type CompileResult =
  | {
      readonly ok: true;
      readonly reads: readonly string[];
      /** Reads with their places, if the task is a mapping. */
      readonly placedReads?: readonly TemplateRead[];
    }
  | { readonly ok: false; readonly problem: CompileProblem };

/** Compiles a template or filter and returns the paths that it reads. Never throws on any content. */
export function compileTask(task: CompileTask): CompileResult {
  return compiling(() => {
    if (task.kind !== 'mapping') return { ok: true, reads: compiled(task).reads };
    const { reads, placedReads, literalProblem } = compileMapping(task.source, task.options);
    if (literalProblem !== null) throw literalProblem;
    return { ok: true, reads, placedReads };
  });
}

/** Mapping with its options and data. */
export interface RenderTask {
  readonly template: JsonObject;
  readonly options: MappingOptions;
  readonly scope: MappingScope;
}

/** Result of rendering a mapping with the reads of its fields, or its compile error. */
export type Rendering =
  | { readonly ok: true; readonly result: RenderResult; readonly reads: readonly TemplateRead[] }
  | { readonly ok: false; readonly problem: CompileProblem };

/** Compiles and renders a mapping. Never throws on any content. */
export function renderTask({ template, options, scope }: RenderTask): Rendering {
  return rendering(() => compileMapping(template, options), scope);
}

/**
 * Renders a mapping. Never throws on any content.
 * @param compile returns the mapping, or throws its compile error
 */
export function rendering(compile: () => CompiledMapping, scope: MappingScope): Rendering {
  return compiling(() => {
    const mapping = compile();
    return { ok: true, result: mapping.render(scope), reads: mapping.placedReads };
  });
}

/** Filter with its data. */
export interface MatchTask {
  readonly when: JsonObject;
  /** Values that conditions must not read. */
  readonly hidden: readonly HiddenPath[];
  readonly scope: FilterScope;
}

/** Verdict of a filter with the decisive condition, or its compile error. */
export type Judgement =
  | { readonly ok: true; readonly kind: FilterVerdict['kind']; readonly clause: FailedClause | null }
  | { readonly ok: false; readonly problem: CompileProblem };

/** Compiles and evaluates a filter, within the budget of an event. Never throws on any content. */
export function matchTask({ when, hidden, scope }: MatchTask): Judgement {
  return compiling(() => {
    const verdict = compileFilter(when, hidden).evaluate(scope, new EventBudget());
    return { ok: true, kind: verdict.kind, clause: 'clause' in verdict ? verdict.clause() : null };
  });
}

function compiled(task: Exclude<CompileTask, { kind: 'mapping' }>): { readonly reads: readonly string[] } {
  switch (task.kind) {
    case 'template':
      return compileTemplate(task.source, task.roots);
    case 'url':
      return compileUrl(task.source, task.roots);
    case 'filter':
      return compileFilter(task.source, [], task.roots);
  }
}

function compiling<T>(work: () => T): T | { readonly ok: false; readonly problem: CompileProblem } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MappingError) && !(error instanceof FilterError)) throw error;
    return { ok: false, problem: { path: error.path, reason: error.reason } };
  }
}
