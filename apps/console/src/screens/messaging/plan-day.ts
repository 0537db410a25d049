import { minutesOf } from '../../lib/duration';
import { DEFAULT_AFTER, minuteOfDay, type Rules } from './rules';

/** Period on the line, in minutes since the midnight before the event. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Times of a message whose event arrives at one time of a day. In minutes, as in {@link Span}. */
export interface DayPlan {
  readonly event: number;
  /** Wait because of `sendAfter`. Null if there is none. */
  readonly delay: Span | null;
  /** Time during which the digest collects. Null if there is none. */
  readonly digest: Span | null;
  /** Wait for the end of the quiet hours. Null if the message is not due in them. */
  readonly quiet: Span | null;
  /** Time of the first attempt. Null if the message is too old by then. */
  readonly sent: number | null;
  /** Time at which the message is too old. Null if it never is. */
  readonly expiry: number | null;
  /** Latest time at which each fallback step can still start after a status of the vendor. */
  readonly fallback: readonly { readonly destination: string; readonly until: number }[];
}

/** Plans the message of an event that arrives at a minute of the day. */
export function planDay(rules: Rules, event: number): DayPlan {
  const delay = spanOf(event, rules.sendAfter);
  const digest = spanOf(event, rules.digest);
  const due = Math.max(event, delay?.to ?? event, digest?.to ?? event);
  const end = quietEnd(rules, due);
  const quiet = end === null ? null : { from: due, to: end };
  const at = quiet?.to ?? due;
  const lifetime = minutesOf(rules.expireAfter);
  const expiry = lifetime === null ? null : event + lifetime;
  const sent = expiry !== null && at > expiry ? null : at;
  let from = sent ?? at;
  const fallback = (sent === null ? [] : (rules.fallback ?? [])).map(({ destination, after = DEFAULT_AFTER }) => {
    from += minutesOf(after) ?? 0;
    return { destination, until: from };
  });
  return { event, delay, digest, quiet, sent, expiry, fallback };
}

/** Returns the parts of a day that are quiet. Hours over midnight are two parts. */
export function quietSpans({ quietHours }: Rules): Span[] {
  const [from, to] = [minuteOfDay(quietHours?.from), minuteOfDay(quietHours?.to)];
  if (from === null || to === null || from === to) return [];
  if (from < to) return [{ from, to }];
  return [
    { from: 0, to },
    { from, to: 1_440 },
  ].filter((span) => span.from < span.to);
}

function spanOf(from: number, duration: string | undefined): Span | null {
  const length = minutesOf(duration);
  return length === null || length === 0 ? null : { from, to: from + length };
}

/** Returns the end of the quiet hours if a time is in them, else null. */
function quietEnd(rules: Rules, at: number): number | null {
  const day = Math.floor(at / 1_440) * 1_440;
  const inDay = at - day;
  const span = quietSpans(rules).find(({ from, to }) => inDay >= from && inDay < to);
  if (span === undefined) return null;
  // Hours over midnight end in the morning after.
  const isEvening = span.to === 1_440 && quietSpans(rules).length === 2;
  return isEvening ? day + 1_440 + (minuteOfDay(rules.quietHours?.to) ?? 0) : day + span.to;
}
