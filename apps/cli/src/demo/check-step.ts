import type { ReceivedMessage } from './inbox.js';
import type { StepResult } from './step-result.js';
import type { Expectation } from './story.js';

/** What did not come about as the story has it, one line each; empty where all is well. */
export function checkStep(result: StepResult): readonly string[] {
  const { step, answers, deliveries } = result;
  const unanswered = answers.filter(({ status }) => status !== step.answer);
  const messages = matchMessages(result);
  return [
    ...unanswered.map(({ type, status }) => `${type} was answered "${status}" and not "${step.answer}"`),
    ...messages.missing.map(
      ({ destination, text }) => `${destination} did not receive "${text}"${stateOf(destination, result)}`,
    ),
    ...messages.surplus.map(({ destination }) => `${destination} received a message that nothing asked for`),
    ...step.expected
      .filter(({ status, destination, text }) => status === 'dead' && !hasDeadLetter(deliveries, destination, text))
      .map(({ destination, text }) => `${destination} has no dead letter with ${text}${stateOf(destination, result)}`),
    ...(step.declines !== undefined && result.declined === undefined
      ? [`${step.declines} did not decline by its filter`]
      : []),
  ];
}

/** How many of the messages that the story expects have arrived. */
export function arrivals(result: StepResult): { readonly arrived: number; readonly expected: number } {
  const expected = result.step.expected.filter(({ status }) => status === 'succeeded').length;
  return { arrived: expected - matchMessages(result).missing.length, expected };
}

/** What is wrong with the status callbacks of a step: deliveries without the expected vendor status. */
export function checkCallbacks({ step, deliveries }: StepResult): readonly string[] {
  return step.expected.flatMap(({ destination, callback }) => {
    if (callback === undefined) return [];
    const told = deliveries.filter((one) => one.destination === destination && one.vendorStatus === callback);
    const wanted = step.expected.filter((one) => one.destination === destination && one.callback === callback);
    return told.length >= wanted.length
      ? []
      : [`${step.title}: ${destination} has no status "${callback}" from its vendor`];
  });
}

/** Pairs each expected message with one that came; each counts once. */
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
  if (states.length === 0) return ': there is no delivery to it';
  return `: ${states.map(({ status, reason }) => (reason === null ? status : `${status} (${reason})`)).join(', ')}`;
}
