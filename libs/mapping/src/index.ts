export { FilterError } from './filter-error.js';
export { isTimeZone, minutesEastOfUtc } from './filters/time-zone.js';
export type { Json, JsonObject } from './json.js';
export { FILTER_LIMITS, MAPPING_LIMITS } from './limits.js';
export { MappingError } from './mapping-error.js';
export { FILTER_ROOTS, MAPPING_ROOTS, type FilterScope, type MappingScope } from './scope.js';
export {
  compileMapping,
  compileTemplate,
  type CompiledMapping,
  type CompiledTemplate,
  type MappingOptions,
  type RenderResult,
} from './template/compile-mapping.js';
export { compileUrl, type CompiledUrl, type UrlResult } from './template/url-template.js';
export { compileFilter, type CompiledFilter, type FilterVerdict } from './when/compile-filter.js';
export { EventBudget } from './when/event-budget.js';
export type { FailedClause } from './when/filter-clause.js';
