import type { TemplateFilter } from './complete-template';

/** Returns the filters that templates can use. */
export function useTemplateFilters(): readonly TemplateFilter[] {
  return [];
}
