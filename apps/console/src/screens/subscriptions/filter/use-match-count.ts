import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { RETRY_BUSY } from '../../../api/retry-busy';
import type { TypeSummary } from '../../types/destination-types';
import { takes } from '../model/event-patterns';
import { EMPTY_DRAFT, type Draft } from '../model/draft';
import { loadTrial } from '../trial/use-trial';

/** Number of the newest events that a filter takes. */
export interface MatchCount {
  /** Number of events that were tried. 0 if no stored event has one of the types. */
  readonly events: number;
  readonly matched: number;
  /** Events for which the filter reads a personal value. */
  readonly undetermined: number;
}

/** Time after the last change of the filter at which the events are counted, in milliseconds. */
const DEBOUNCE_MS = 500;

/**
 * Counts the newest events that the filter of a draft takes. Undefined until a count is known, or if the draft is
 * invalid. `type` is the type of the draft's destination.
 */
export function useMatchCount(brand: string, draft: Draft, type: TypeSummary | undefined): MatchCount | undefined {
  const [{ source, events, when, destination, mapping }] = useDebouncedValue(draft, DEBOUNCE_MS);
  // The message does not decide which events match. With the preset in its place, its changes cause no other count.
  const presets = Object.keys(type?.presets ?? {});
  const hasPreset = presets.includes('*') || events.every((event) => presets.some((name) => takes([event], name)));
  const selection = { source, events, when, destination, mapping: hasPreset ? null : mapping };
  const { data } = useQuery({
    queryKey: ['subscriptions', brand, 'matches', selection],
    queryFn: ({ signal }) => loadTrial(brand, { ...EMPTY_DRAFT, ...selection }, signal),
    enabled: type !== undefined && source !== '' && events.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    ...RETRY_BUSY,
  });
  if (data === undefined) return undefined;
  const { matchedAfter = 0, undetermined = 0 } = data.counts ?? {};
  return { events: data.events, matched: matchedAfter, undetermined };
}
