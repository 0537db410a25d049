import type { Paint } from '../output/paint.js';
import { printable } from '../output/printable.js';
import type { ReceivedMessage } from './inbox.js';
import { arrivals, checkStep } from './check-step.js';
import type { StepResult } from './step-result.js';

const TEXT_LIMIT = 110;

/** Formats a step: the events, the received messages, and the dead letters with their reasons. */
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
    ...(declined === undefined
      ? []
      : [`   ${paint.dim('·')} ${step.declines ?? ''} skipped the event: ${printable(declined)}`]),
    ...(step.note === undefined ? [] : [`   ${paint.dim(step.note)}`]),
    ...checkStep(result).map((problem) => `   ${paint.bad(`! ${printable(problem)}`)}`),
    '',
  ];
}

/** Replaces repeated texts by one text with their number in front. Keeps the order. */
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

/** Summarises a round of the demo in one line. */
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
    `${duplicates} ${duplicates === 1 ? 'duplicate' : 'duplicates'} dropped`,
    `${dead} ${dead === 1 ? 'dead letter' : 'dead letters'}`,
    problems.length === 0 ? 'no problems' : `problems: ${problems.length}`,
  ].join(' · ');
}
