import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';

/** Outcome of the members of a frozen batch that cannot be sent again unchanged. */
export const DISSOLVED: AttemptOutcome = {
  kind: 'dissolved',
  message:
    'The answer to the batch of this message was lost, and the batch cannot be sent again unchanged. Check with the ' +
    'vendor before you send the message again.',
};

/** Outcomes after which a message is never sent. A batch with such a message cannot be repeated. */
const FINAL_KINDS: ReadonlySet<AttemptOutcome['kind']> = new Set([
  'mapping',
  'rejected',
  'noRecipient',
  'noConsent',
  'suppressed',
  'cancelled',
  'superseded',
  'confirmed',
]);

/**
 * Returns true if a delivery may only be sent again with its whole batch. The answer to the batch was lost, and the
 * plugin is idempotent per batch. A pending message is not sent again, because the vendor has received it.
 */
export function isFrozen({ messaging, pendingSince }: Pick<ClaimedDelivery, 'messaging' | 'pendingSince'>): boolean {
  return pendingSince === null && messaging?.lost === true && messaging.batch?.isFrozen === true;
}

/** Returns true if the claimed members are the whole batch, in the order of its call. */
export function isWhole(members: readonly Pick<ClaimedDelivery, 'messaging'>[]): boolean {
  const [first] = members;
  const whole = first?.messaging?.batch;
  if (whole?.size !== members.length) return false;
  return members.every(({ messaging }, index) => messaging?.batch?.id === whole.id && messaging.batch.index === index);
}

/**
 * Returns the outcome of all members of a frozen batch if the messages of some members could not be built. The batch
 * waits together, or dissolves if a message will never be sent.
 * @param problems outcomes of the members without a message; at least one
 */
export function outcomeWithProblems(problems: readonly AttemptOutcome[]): AttemptOutcome {
  const [first = DISSOLVED] = problems;
  if (problems.some(({ kind }) => FINAL_KINDS.has(kind))) return DISSOLVED;
  const until = problems.map((problem) => (problem.kind === 'deferred' ? problem.until : 0));
  return first.kind === 'deferred' ? { ...first, until: Math.max(...until) } : first;
}
