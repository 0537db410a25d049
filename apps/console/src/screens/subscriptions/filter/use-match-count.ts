import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { RETRY_BUSY } from '../../../api/retry-busy';
import type { EditorData } from '../editor/use-editor';
import { takes } from '../model/event-patterns';
import { EMPTY_DRAFT, targetsOf, type Draft } from '../model/draft';
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

/** Counts the newest events that the filter of a draft takes. Undefined until a count is known, or if it is invalid. */
export function useMatchCount(brand: string, draft: Draft, typeOf: EditorData['typeOf']): MatchCount | undefined {
  const [settled] = useDebouncedValue(draft, DEBOUNCE_MS);
  const { source, events, when } = settled;
  // Only the filter decides which events match, so one target is enough. The preset replaces its message, so that a
  // change of a message causes no other count.
  const [{ destination, mapping } = { destination: '', mapping: null }] = targetsOf(settled);
  const type = typeOf(destination);
  const presets = Object.keys(type?.presets ?? {});
  const hasPreset = presets.includes('*') || events.every((event) => presets.some((name) => takes([event], name)));
  const selection = { source, events, when, destination, mapping: hasPreset ? null : mapping };
  const isComplete = type !== undefined && source !== '' && events.length > 0;
  const { data } = useQuery({
    queryKey: ['subscriptions', brand, 'matches', selection],
    queryFn: ({ signal }) => loadTrial(brand, { ...EMPTY_DRAFT, ...selection }, signal),
    enabled: isComplete,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    ...RETRY_BUSY,
  });
  // Without a source or a type, the count of the draft before stays in `data`.
  if (data === undefined || !isComplete) return undefined;
  const { matchedAfter = 0, undetermined = 0 } = data.counts ?? {};
  return { events: data.events, matched: matchedAfter, undetermined };
}
