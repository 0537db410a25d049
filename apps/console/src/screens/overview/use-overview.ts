import { type Answer, answerOf } from '@patchbay/client';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, BACKGROUND } from '../../api/client';
import { destinationsQuery, MOST_CAUSES, statsQuery } from '../../api/queries';
import { browserNow } from '../../lib/now';

/** Time ranges of the chart: length in milliseconds, and step of the series. */
export const RANGES = {
  '1h': { length: 3_600_000, step: '1m' },
  '2h': { length: 7_200_000, step: '1m' },
  '24h': { length: 86_400_000, step: '1h' },
  '7d': { length: 604_800_000, step: '1h' },
} as const;

export type Range = keyof typeof RANGES;

/** Returns true if the text names a time range. */
export function isRange(text: string): text is Range {
  return Object.hasOwn(RANGES, text);
}

const POLL_MS = 5_000;
type Stats = Answer<'/v1/stats'>;
type Destinations = Answer<'/v1/brands/{brand}/destinations'>;
type Series = Answer<'/v1/brands/{brand}/stats/series'>;
type Failures = Answer<'/v1/brands/{brand}/failures'>;

/** Rates and backlogs of all brands that the key covers, read every five seconds. */
export function useStats(): UseQueryResult<Stats> {
  return useQuery({ ...statsQuery, refetchInterval: POLL_MS });
}

/** Destinations of the brand with their health, read every five seconds. */
export function useDestinations(brand: string): UseQueryResult<Destinations> {
  return useQuery({ ...destinationsQuery(brand), refetchInterval: POLL_MS });
}

/** Events and deliveries of the brand per minute or hour. */
export function useSeries(brand: string, range: Range): UseQueryResult<Series> {
  const { length, step } = RANGES[range];
  return useQuery({
    queryKey: ['overview', 'series', brand, range],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/v1/brands/{brand}/stats/series', {
          params: { path: { brand }, query: { step, from: new Date(browserNow() - length).toISOString() } },
          signal,
          headers: BACKGROUND,
        }),
      ),
    refetchInterval: 2 * POLL_MS,
    placeholderData: keepPreviousData,
  });
}

/** Failures of the last 24 hours by cause. */
export function useFailures(brand: string): UseQueryResult<Failures> {
  return useQuery({
    queryKey: ['overview', 'failures', brand],
    queryFn: ({ signal }) => {
      const params = { path: { brand }, query: { limit: MOST_CAUSES } };
      return answerOf(api.GET('/v1/brands/{brand}/failures', { params, signal, headers: BACKGROUND }));
    },
    refetchInterval: 6 * POLL_MS,
  });
}
