export { mostSimilar } from './did-you-mean.js';
export { FilterError } from './filter-error.js';
export { TEMPLATE_FILTERS, type FilterInfo } from './filters/filter-catalogue.js';
export { isTimeZone, minutesEastOfUtc } from './filters/time-zone.js';
export { suggestedZones, zoneName } from './filters/zone-names.js';
export type { Json, JsonObject } from './json-types.js';
export { FILTER_LIMITS, MAPPING_LIMITS } from './limits.js';
export { MappingError } from './mapping-error.js';
export { FILTER_ROOTS, MAPPING_ROOTS, ROUTE_ROOTS, type FilterScope, type MappingScope } from './scope.js';
export {
  compileTask,
  matchTask,
  renderTask,
  type CompileProblem,
  type CompileResult,
  type CompileTask,
  type Judgement,
  type MatchTask,
  type Rendering,
  type RenderTask,
} from './tasks.js';
export {
  trialTask,
  type TrialEvent,
  type TrialResult,
  type TrialSide,
  type TrialTask,
  type TriedEvent,
} from './trial-task.js';
export {
  compileMapping,
  compileTemplate,
  readsAt,
  type CompiledMapping,
  type CompiledTemplate,
  type MappingOptions,
} from './template/compile-mapping.js';
export type { PlacedRead } from './template/placed-read.js';
export type { TemplateRead } from './template/template-compiler.js';
export { ACTION } from './template/action.js';
export { languageFindings } from './template/language-tags.js';
export { messageShapes, type MessageShape, type Uncertainty } from './template/message-shapes.js';
export type { RenderResult } from './template/render.js';
export { compileUrl, type CompiledUrl, type UrlResult } from './template/url-template.js';
export { compileFilter } from './when/compile-filter.js';
export { filterConditions, type FilterCondition } from './when/filter-conditions.js';
export {
  EventBudget,
  HIDDEN_VALUE,
  type CompiledFilter,
  type FailedClause,
  type FilterVerdict,
} from './when/evaluate-filter.js';
export { looksAtHidden, type HiddenPath } from './when/hidden-paths.js';
