import { ValidateBy } from 'class-validator';

/** ISO 8601: a day (UTC), or a time with its offset. */
const FORM = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+ -]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch; undefined where a text is no moment. */
export function parseInstant(text: string): number | undefined {
  const [, day, time, offset] = FORM.exec(text) ?? [];
  if (day === undefined) return undefined;
  // A + that was not escaped in a URL arrives as a space.
  const at = Date.parse(time === undefined ? day : `${day}T${time}${(offset ?? 'Z').replace(' ', '+')}`);
  if (Number.isNaN(at)) return undefined;
  // Engines carry 30 February over into March.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : undefined;
}

/** A moment in ISO 8601; see {@link parseInstant}. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseInstant(value) !== undefined,
      defaultMessage: (args) =>
        `${args?.property ?? 'it'} has to be a time in ISO 8601, e.g. 2026-01-31T08:00:00Z or 2026-01-31 (midnight UTC)`,
    },
  });
}
