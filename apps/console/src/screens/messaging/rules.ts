import type { RequestBody } from '@patchbay/client';

/** Messaging rules of a subscription, with the fields of a brand file. */
export type Rules = NonNullable<RequestBody<'/v1/brands/{brand}/subscriptions', 'post'>['messaging']>;

/** Step of a fallback. */
export type FallbackStep = NonNullable<Rules['fallback']>[number];

/** Outcome that starts a fallback step. */
export type Trigger = NonNullable<FallbackStep['on']>[number];

/** Outcomes that start a fallback step, in the order of the form. */
export const TRIGGERS = [
  'rejected',
  'mapping',
  'transient',
  'noRecipient',
  'suppressed',
  'undelivered',
  'bounced',
  'failed',
] as const satisfies readonly Trigger[];

/** Time after sending during which a failure status starts a fallback step, if the step does not say. */
export const DEFAULT_AFTER = '1h';

/** Returns the minute of the day of a time such as `21:00`. Null if the text is not a time of day. */
export function minuteOfDay(time: string | undefined): number | null {
  const match = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(time ?? '');
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/** Writes a minute of the day as `21:00`. Minutes of later days begin at 00:00 again. */
export function clockOf(minute: number): string {
  const inDay = ((Math.floor(minute) % 1_440) + 1_440) % 1_440;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
}

/** Returns the rules with one changed. A rule that is undefined is removed. */
export function withRule<Name extends keyof Rules>(rules: Rules, name: Name, value: Rules[Name] | undefined): Rules {
  const { [name]: _before, ...others } = rules;
  return value === undefined ? others : { ...others, [name]: value };
}
