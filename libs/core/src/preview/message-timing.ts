import type { QuotaExcess, QuotaSpec } from '../configuration/brand-definition.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { capReason, type CountedCap } from '../messaging/caps.js';
import { contactReason, quotaReason, quotaWaitReason } from '../messaging/destination-rules.js';
import { firstDueAt } from '../messaging/first-due.js';
import { formatDuration } from '../messaging/format-duration.js';
import { formatInZone, quietUntil } from '../messaging/quiet-hours.js';

/** Rules that may delay or end a message, in the order in which the hub applies them. */
export const TIMING_RULES = [
  'paused',
  'delay',
  'sendAfter',
  'digest',
  'cancelOn',
  'quietHours',
  'expireAfter',
  'consent',
  'cap',
  'contactInterval',
  'quota',
] as const;
/** One of {@link TIMING_RULES}. */
export type TimingRule = (typeof TIMING_RULES)[number];

/** Outcomes of {@link messageTiming}. `held`: the destination is paused. `suppressed`: the message is not sent. */
export const TIMING_OUTCOMES = ['now', 'later', 'held', 'suppressed'] as const;
/** One of {@link TIMING_OUTCOMES}. */
export type TimingOutcome = (typeof TIMING_OUTCOMES)[number];

/** Effect of one rule. */
export interface TimingStep {
  readonly rule: TimingRule;
  /** Time until which the rule delays the message, in milliseconds since the epoch. Null if the rule delays nothing. */
  readonly at: number | null;
  readonly message: string;
  /** Values of `message`, for clients that show the rule in another language. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** Time at which a message would be sent, and the rules that decide the time. */
export interface MessageTiming {
  readonly outcome: TimingOutcome;
  /** Time of the first attempt, in milliseconds since the epoch. Null if the message is held or suppressed. */
  readonly at: number | null;
  /** Effects of the rules that apply, in the order of {@link TIMING_RULES}. */
  readonly steps: readonly TimingStep[];
}

/** Message whose event arrives now, and the rules that apply. */
export interface TimedMessage {
  /** Current time, in milliseconds since the epoch. */
  readonly now: number;
  /** Reason for which the destination is paused. Null if the destination is not paused. */
  readonly pausedReason: string | null;
  /** Delay of the destination before the first attempt, in milliseconds. */
  readonly delayMs: number;
  readonly customerId: string | null;
  readonly messaging: MessagingRecord | null;
  /** Time zone of the recipient if it is known, else of the brand. */
  readonly zone: string;
  /** True if the brand's consent rule applies to the message. The hub evaluates the rule only when it sends. */
  readonly needsConsent: boolean;
  /** Cap that applies, with the number of messages that count against it now. Null if no cap applies. */
  readonly cap: (CountedCap & { readonly used: number }) | null;
  /** Contact interval that applies, and the number of messages to the customer that count now. Null if none applies. */
  readonly contactInterval: { readonly perMs: number; readonly used: number } | null;
  /** Quota that applies, with the number of messages that count in its period. Null if none applies. */
  readonly quota: TimedQuota | null;
}

/** Quota of a destination with its current period. Times are in milliseconds since the epoch. */
export interface TimedQuota extends QuotaSpec {
  readonly excess: QuotaExcess;
  readonly used: number;
  /** Start of the next period. */
  readonly end: number;
  /** Time zone of the brand. */
  readonly zone: string;
}

/** Returns what the messaging rules would do with a message whose event arrives now. Pure. */
export function messageTiming(message: TimedMessage): MessageTiming {
  const { now, messaging, zone, cap, pausedReason, contactInterval, quota } = message;
  const steps: TimingStep[] = [];
  if (pausedReason !== null) {
    steps.push({ rule: 'paused', at: null, message: pausedReason, values: { reason: pausedReason } });
  }
  steps.push(...waits(message));
  const dueAt = firstDueAt({ ...message, at: now });
  const quiet = messaging?.quietHours === undefined ? null : quietUntil(messaging.quietHours, zone, dueAt);
  if (quiet !== null) {
    const until = formatInZone(quiet, zone);
    steps.push({ rule: 'quietHours', at: quiet, message: `quiet hours until ${until}`, values: { until } });
  }
  const at = quiet ?? dueAt;
  const expireAfterMs = messaging?.expireAfterMs;
  const isExpired = expireAfterMs !== undefined && at - now > expireAfterMs;
  if (isExpired) {
    const duration = formatDuration(expireAfterMs);
    const text = `expires ${duration} after the event, before it can be sent`;
    steps.push({ rule: 'expireAfter', at: null, message: text, values: { duration } });
  }
  if (message.needsConsent) {
    steps.push({
      rule: 'consent',
      at: null,
      message: 'sent only if the customer has consented, which is checked then',
      values: {},
    });
  }
  const isCapped = cap !== null && cap.used >= cap.max;
  if (isCapped) steps.push({ rule: 'cap', at: null, message: capReason(cap, cap.used), values: capValues(cap) });
  const isContacted = contactInterval !== null && contactInterval.used > 0;
  if (isContacted) {
    const { perMs } = contactInterval;
    const values = { period: formatDuration(perMs) };
    steps.push({ rule: 'contactInterval', at: null, message: contactReason(perMs), values });
  }
  // A message that is due in a later period finds another count then.
  const full = quota !== null && at < quota.end && quota.used >= quota.max ? quota : null;
  if (full !== null) steps.push(quotaStep(full));
  if (isExpired || isCapped || isContacted || full?.excess === 'suppress')
    return { outcome: 'suppressed', at: null, steps };
  if (pausedReason !== null) return { outcome: 'held', at: null, steps };
  const sentAt = full?.end ?? at;
  return { outcome: sentAt > now ? 'later' : 'now', at: sentAt, steps };
}

function quotaStep(quota: TimedQuota): TimingStep {
  const { max, perMs, excess, end, zone } = quota;
  const period = formatDuration(perMs);
  if (excess === 'suppress') return { rule: 'quota', at: null, message: quotaReason(quota), values: { max, period } };
  const values = { max, period, until: formatInZone(end, zone) };
  return { rule: 'quota', at: end, message: quotaWaitReason(quota, end, zone), values };
}

function capValues({ max, channel, perMs, used }: NonNullable<TimedMessage['cap']>): TimingStep['values'] {
  return { max, channel, period: formatDuration(perMs), number: used + 1 };
}

/** Returns the rules that apply before the message is due for the first time. */
function waits({ now, delayMs, customerId, messaging }: TimedMessage): readonly TimingStep[] {
  const { sendAfterMs = 0, digestMs, cancelOn } = messaging ?? {};
  const steps: TimingStep[] = [];
  if (delayMs > 0) {
    const duration = formatDuration(delayMs);
    const text = `the destination waits ${duration} before the first attempt`;
    steps.push({ rule: 'delay', at: now + delayMs, message: text, values: { duration } });
  }
  if (sendAfterMs > 0) {
    const duration = formatDuration(sendAfterMs);
    const at = now + delayMs + sendAfterMs;
    steps.push({ rule: 'sendAfter', at, message: `sent ${duration} after the event`, values: { duration } });
  }
  if (digestMs !== undefined && customerId !== null) {
    const duration = formatDuration(digestMs);
    const text = `collects events of the customer for ${duration}`;
    steps.push({ rule: 'digest', at: now + digestMs, message: text, values: { duration } });
  }
  if (cancelOn !== undefined) {
    const events = cancelOn.events.join(', ');
    steps.push({ rule: 'cancelOn', at: null, message: `not sent if ${events} arrives before`, values: { events } });
  }
  return steps;
}
