import type { AttemptOutcome } from '@patchbay/core';

/**
 * Throws if the vendor did not accept a message that it must accept. The error contains the outcome and the response.
 */
export function requireAccepted(
  outcome: AttemptOutcome,
): asserts outcome is AttemptOutcome & { readonly kind: 'accepted' } {
  if (outcome.kind === 'accepted') return;
  const { status, body } = ('response' in outcome ? outcome.response : undefined) ?? {};
  const answered = status === undefined ? 'There is no response.' : `The response was ${String(status)}: ${body ?? ''}`;
  throw new Error(`The vendor did not accept the message (${outcome.kind}): ${outcome.message}\n${answered}`);
}
