const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Pattern of a duration: `0s`, `500ms`, `30m`, `2h`, `1d`. */
export const DURATION_PATTERN = '^(0|[1-9][0-9]{0,7})(ms|s|m|h|d)$';

/** Converts a text that matches {@link DURATION_PATTERN} to milliseconds; NaN for other texts. Reverses `formatDuration`. */
export function parseDuration(text: string): number {
  const unit = /(ms|s|m|h|d)$/.exec(text)?.[0];
  return unit !== undefined && isUnit(unit) ? Number(text.slice(0, -unit.length)) * UNITS[unit] : NaN;
}

function isUnit(text: string): text is keyof typeof UNITS {
  return Object.hasOwn(UNITS, text);
}
