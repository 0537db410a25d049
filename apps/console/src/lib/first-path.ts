import { useEffect } from 'react';
import { setPreference, usePreference } from './preferences';

/** Brand of the demo in which a newcomer configures everything in the console. */
export const TOUR_BRAND = 'tour';

/** Steps of the first path that only read, so no data of the brand shows that they are done. */
type ReadingStep = 'compare' | 'explain';

const PREFERENCE = 'first-path-seen';

/** Returns the reading steps whose result this browser has shown. */
export function useSeenSteps(): readonly string[] {
  return (usePreference(PREFERENCE) ?? '').split(' ');
}

/** Remembers that the result of a reading step is on the page. `isShown` is false while there is no result. */
export function useSeen(step: ReadingStep, brand: string, isShown: boolean): void {
  const seen = useSeenSteps();
  const isNew = isShown && brand === TOUR_BRAND && !seen.includes(step);
  useEffect(() => {
    if (isNew) setPreference(PREFERENCE, [...seen, step].join(' ').trim());
  }, [isNew, seen, step]);
}
