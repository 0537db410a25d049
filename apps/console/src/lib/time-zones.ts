const ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Returns the time zones to choose from, with UTC first. A chosen zone that the browser does not list comes before them. */
export function zoneChoices(chosen: string): string[] {
  return ZONES.includes(chosen) ? [...ZONES] : [chosen, ...ZONES];
}
