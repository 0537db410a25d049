import { List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './day-line.module.css';
import { planDay, quietSpans, type DayPlan, type Span } from './plan-day';
import { clockOf, type Rules } from './rules';
import { useText } from './text';

interface DayLineProps {
  readonly rules: Rules;
  /** Minute of the day at which the example's event arrives. */
  readonly event: number;
}

/** Hours that have a label. */
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const DAY = 1_440;

/** A day as a line: quiet hours, and what happens to the message of an event at one time. Midnight is at both ends. */
export function DayLine({ rules, event }: DayLineProps): ReactNode {
  const text = useText();
  const plan = planDay(rules, event);
  const sentences = useSentences(rules, plan);
  return (
    <Stack gap={0}>
      <div className={classes.line} role="img" aria-label={sentences.join(' ')}>
        <Mark at={plan.event}>{text('line.event', { time: clockOf(plan.event) })}</Mark>
        <div className={classes.track}>
          {quietSpans(rules).map((span) => (
            <div key={span.from} className={classes.quiet} style={place(span)} />
          ))}
        </div>
        {(['delay', 'digest', 'quiet'] as const).map((kind) =>
          partsOf(plan[kind]).map((span) => (
            <div key={`${kind} ${span.from}`} className={classes.wait} data-kind={kind} style={place(span)} />
          )),
        )}
        <div className={classes.event} style={{ left: `${((plan.event % DAY) / DAY) * 100}%` }} />
        {plan.fallback.map(({ destination, until }) => (
          <Dot key={destination} at={until} kind="step" />
        ))}
        {plan.sent === null ? <Dot at={plan.expiry ?? 0} kind="expired" /> : <Dot at={plan.sent} kind="sent" />}
        {HOURS.map((hour) => (
          <span
            key={hour}
            className={classes.hour}
            data-edge={hour === 24 ? 'end' : undefined}
            style={{ left: `${(hour / 24) * 100}%` }}
          >
            {hour}
          </span>
        ))}
      </div>
      <List size="sm" spacing={2}>
        {sentences.map((sentence) => (
          <List.Item key={sentence}>
            <Text size="sm">{sentence}</Text>
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Mark({ at, children }: { readonly at: number; readonly children: ReactNode }): ReactNode {
  const share = ((at % DAY) / DAY) * 100;
  const edge = share < 12 ? 'start' : share > 88 ? 'end' : undefined;
  return (
    <span className={classes.mark} data-edge={edge} style={{ left: `${share}%` }}>
      {children}
    </span>
  );
}

function Dot({ at, kind }: { readonly at: number; readonly kind: string }): ReactNode {
  return <div className={classes.dot} data-kind={kind} style={{ left: `${((at % DAY) / DAY) * 100}%` }} />;
}

/** Splits a period at midnight, since the line shows one day. A period of a day or more fills the line. */
function partsOf(span: Span | null): Span[] {
  if (span === null) return [];
  if (span.to - span.from >= DAY) return [{ from: 0, to: DAY }];
  const [from, to] = [span.from % DAY, span.to % DAY];
  if (from <= to) return [{ from, to }];
  return [
    { from, to: DAY },
    { from: 0, to },
  ];
}

function place({ from, to }: Span): { left: string; width: string } {
  return { left: `${(from / DAY) * 100}%`, width: `${((to - from) / DAY) * 100}%` };
}

/** Describes a plan in sentences, in the order of time. */
function useSentences({ cancelOn }: Rules, plan: DayPlan): string[] {
  const text = useText();
  const when = (at: number): string =>
    at < DAY ? clockOf(at) : text('line.later', { time: clockOf(at), days: Math.floor(at / DAY) });
  const cancelling = Array.isArray(cancelOn) ? cancelOn : (cancelOn?.events ?? []);
  return [
    ...(plan.delay === null ? [] : [text('line.delay', { until: when(plan.delay.to) })]),
    ...(plan.digest === null ? [] : [text('line.digest', { until: when(plan.digest.to) })]),
    ...(plan.quiet === null ? [] : [text('line.quiet', { until: when(plan.quiet.to) })]),
    plan.sent === null
      ? text('line.expired', { at: when(plan.expiry ?? 0) })
      : text('line.sent', { at: when(plan.sent) }),
    ...(plan.expiry === null || plan.sent === null ? [] : [text('line.expiry', { at: when(plan.expiry) })]),
    ...(cancelling.length === 0 ? [] : [text('line.cancel', { types: cancelling.join(', ') })]),
    ...plan.fallback.map(({ destination, until }, index) =>
      text('line.fallback', { step: index + 1, destination, until: when(until) }),
    ),
  ];
}
