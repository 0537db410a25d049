import { ValidateBy } from 'class-validator';

/** Matches a time in ISO 8601: a date (midnight UTC), or a time with an offset. */
const FORM = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+ -]\d{2}:\d{2}))?$/;

/** Parses a time to milliseconds since the epoch. Returns undefined if the text is not a valid time. */
export function parseInstant(text: string): number | undefined {
  const [, day, time, offset] = FORM.exec(text) ?? [];
  if (day === undefined) return undefined;
  // In a URL, a plus sign that was not escaped arrives as a space.
  const at = Date.parse(time === undefined ? day : `${day}T${time}${(offset ?? 'Z').replace(' ', '+')}`);
  if (Number.isNaN(at)) return undefined;
  // `Date.parse` turns 30 February into a day in March, so compare the parsed day with the given day.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : undefined;
}

/** Validates a time in ISO 8601; see {@link parseInstant}. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== undefined,
      defaultMessage: (args) =>
        `${args?.property ?? 'it'} must be a time in ISO 8601, e.g. 2026-01-31T08:00:00Z or 2026-01-31 (midnight UTC)`,
    },
  });
}
