import type { AttemptOutcome } from '@patchbay/core';

/** Throws where the vendor did not take a message that it should: with what the plugin made of it, and the answer. */
export function requireAccepted(
  outcome: AttemptOutcome,
): asserts outcome is AttemptOutcome & { readonly kind: 'accepted' } {
  if (outcome.kind === 'accepted') return;
  const { status, body } = ('response' in outcome ? outcome.response : undefined) ?? {};
  const answered = status === undefined ? 'There is no answer of it.' : `It answered ${String(status)}: ${body ?? ''}`;
  throw new Error(`The vendor did not take the message (${outcome.kind}): ${outcome.message}\n${answered}`);
}
