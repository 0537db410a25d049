import { usePreference } from './preferences';
import type { ZoneChoice } from './time';
import { useBrandZone } from './use-brand';

/** Returns the choice of the zone in which times are shown. */
export function useZoneChoice(): ZoneChoice {
  const choice = usePreference('zone');
  return choice === 'browser' || choice === 'utc' ? choice : 'brand';
}

/** Returns the IANA name of the zone in which times are shown. */
export function useZone(): string {
  const choice = useZoneChoice();
  const brandZone = useBrandZone();
  if (choice === 'utc') return 'UTC';
  return choice === 'browser' ? Intl.DateTimeFormat().resolvedOptions().timeZone : brandZone;
}
