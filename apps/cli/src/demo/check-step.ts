import type { ReceivedMessage } from './inbox.js';
import type { StepResult } from './step-result.js';
import type { Expectation } from './story.js';

/** Compares a result with the expectations of its step. Returns one line per problem. */
export function checkStep(result: StepResult): readonly string[] {
  const { step, answers, deliveries } = result;
  const unexpected = answers.filter(({ status }) => status !== step.answer);
  const messages = matchMessages(result);
  return [
    ...unexpected.map(({ type, status }) => `${type}: expected status "${step.answer}", got "${status}"`),
    ...messages.missing.map(
      ({ destination, text }) => `${destination} did not receive "${text}"${stateOf(destination, result)}`,
    ),
    ...messages.surplus.map(({ destination }) => `${destination} received an unexpected message`),
    ...step.expected
      .filter(({ status, destination, text }) => status === 'dead' && !hasDeadLetter(deliveries, destination, text))
      .map(({ destination, text }) => `${destination} has no dead letter with ${text}${stateOf(destination, result)}`),
    ...(step.declines !== undefined && result.declined === undefined
      ? [`the filter of ${step.declines} did not reject the event`]
      : []),
  ];
}

/** Counts the expected messages of a step and how many of them arrived. */
export function arrivals(result: StepResult): { readonly arrived: number; readonly expected: number } {
  const expected = result.step.expected.filter(({ status }) => status === 'succeeded').length;
  return { arrived: expected - matchMessages(result).missing.length, expected };
}

/** Returns one line per delivery of a step that lacks the expected vendor status. */
export function checkCallbacks({ step, deliveries }: StepResult): readonly string[] {
  return step.expected.flatMap(({ destination, callback }) => {
    if (callback === undefined) return [];
    const confirmed = deliveries.filter((one) => one.destination === destination && one.vendorStatus === callback);
    const expected = step.expected.filter((one) => one.destination === destination && one.callback === callback);
    return confirmed.length >= expected.length
      ? []
      : [`${step.title}: ${destination} has no vendor status "${callback}"`];
  });
}

/** Pairs each expected message with a received message. A received message is paired at most once. */
function matchMessages({ step, messages }: StepResult): {
  readonly missing: readonly Expectation[];
  readonly surplus: readonly ReceivedMessage[];
} {
  const left = [...messages];
  const missing = step.expected.filter(({ destination, status, text }) => {
    if (status !== 'succeeded') return false;
    const index = left.findIndex((message) => message.destination === destination && message.text.includes(text));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return { missing, surplus: left };
}

function hasDeadLetter(deliveries: StepResult['deliveries'], destination: string, text: string): boolean {
  return deliveries.some((one) => {
    return one.destination === destination && one.status === 'dead' && (one.reason ?? '').includes(text);
  });
}

function stateOf(destination: string, { deliveries }: StepResult): string {
  const states = deliveries.filter((one) => one.destination === destination);
  if (states.length === 0) return ': no delivery';
  return `: ${states.map(({ status, reason }) => (reason === null ? status : `${status} (${reason})`)).join(', ')}`;
}
