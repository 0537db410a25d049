import type { Paint } from '../output/paint.js';
import { printable } from '../output/printable.js';
import type { ReceivedMessage } from './inbox.js';
import { arrivals, checkStep } from './check-step.js';
import type { StepResult } from './step-result.js';

const TEXT_LIMIT = 110;

/** A step as a person reads it: what was sent, who received what, who did not and why. */
export function stepLines(result: StepResult, number: number, paint: Paint): string[] {
  const { step, answers, messages, deliveries, declined } = result;
  const sent = counted(answers.map(({ type, status }) => `${type} ${status}`)).join(', ');
  const dead = deliveries.filter(({ status }) => status === 'dead');
  const width = Math.max(0, ...[...messages, ...dead].map(({ destination }) => destination.length));
  return [
    `${paint.bold(`${number}  ${step.title}`)}  ${paint.dim(printable(sent))}`,
    ...messages.map((message) => `   ${paint.good('✓')} ${messageText(message, width)}`),
    ...dead.map(
      ({ destination, reason }) =>
        `   ${paint.warn('✗')} ${destination.padEnd(width)}  dead letter: ${printable(reason ?? '')}`,
    ),
    ...(declined === undefined ? [] : [`   ${paint.dim('·')} ${step.declines ?? ''} declined: ${printable(declined)}`]),
    ...(step.note === undefined ? [] : [`   ${paint.dim(step.note)}`]),
    ...checkStep(result).map((problem) => `   ${paint.bad(`! ${printable(problem)}`)}`),
    '',
  ];
}

/** Each text once, in order, with how often it was there where that is more than once. */
function counted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].map((text) => {
    const times = texts.filter((one) => one === text).length;
    return times === 1 ? text : `${times} × ${text}`;
  });
}

function messageText({ destination, vendor, to, subject, text, signed }: ReceivedMessage, width: number): string {
  const head = `${destination.padEnd(width)}  ${vendor}`;
  if (to !== null) return `${head} to ${printable(to)}: ${printable(text, TEXT_LIMIT)}`;
  const body = `${subject === null ? '' : `${printable(subject)}, `}${Buffer.byteLength(text)} bytes of JSON`;
  return `${head}: ${body}${signed ? ', signature verified' : ''}`;
}

/** What a round came to, in a line, and whether all of it is as it should be. */
export function summary(results: readonly StepResult[], problems: readonly string[]): string {
  const counts = results.map(arrivals);
  const arrived = counts.reduce((sum, one) => sum + one.arrived, 0);
  const expected = counts.reduce((sum, one) => sum + one.expected, 0);
  const deliveries = results.flatMap((result) => result.deliveries);
  const called = deliveries.filter(({ vendorStatus }) => vendorStatus !== null).length;
  const dead = deliveries.filter(({ status }) => status === 'dead').length;
  const duplicates = results.flatMap(({ answers }) => answers).filter(({ status }) => status === 'duplicate').length;
  return [
    `${arrived} of ${expected} expected messages arrived`,
    `${called} confirmed by signed status callbacks`,
    `${duplicates} duplicate dropped`,
    `${dead} dead letter`,
    problems.length === 0 ? 'all as it should be' : `${problems.length} not as it should be`,
  ].join(' · ');
}
