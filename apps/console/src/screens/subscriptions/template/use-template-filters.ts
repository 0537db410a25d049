import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { TemplateFilter } from './complete-template';

const NONE: readonly TemplateFilter[] = [];

/** Returns the filters that templates can use, by name. Empty until the hub has listed them. */
export function useTemplateFilters(): readonly TemplateFilter[] {
  const query = useQuery({
    queryKey: ['template-filters'],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/template-filters', { signal })),
    staleTime: Infinity,
  });
  return query.data?.data ?? NONE;
}
