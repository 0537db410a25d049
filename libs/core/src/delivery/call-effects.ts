import type { DestinationEffect } from './decide.js';
import type { AttemptOutcome } from './delivery.js';

/**
 * Returns the outcomes of a batch that count for the health of its destination. Accepted and refused messages count one
 * by one. If the vendor answered for none, the call counts as one failure.
 */
export function healthOutcomes(outcomes: readonly AttemptOutcome[]): readonly AttemptOutcome[] {
  const answered = outcomes.filter(({ kind }) => kind === 'accepted' || kind === 'rejected');
  // An invalid message says nothing about the destination.
  return answered.length > 0 ? answered : outcomes.filter(({ kind }) => kind !== 'mapping').slice(0, 1);
}

/** Returns the effects of one call on its destination: at most one of each kind, and nothing besides a pause. */
export function effectsOfCall(effects: readonly DestinationEffect[]): readonly DestinationEffect[] {
  const pause = effects.find(({ kind }) => kind === 'pause');
  if (pause !== undefined) return [pause];
  const byKind = new Map<DestinationEffect['kind'], DestinationEffect>();
  for (const effect of effects) {
    const known = byKind.get(effect.kind);
    const isLater = known?.kind === 'throttle' && effect.kind === 'throttle' && effect.until > known.until;
    if (known === undefined || isLater) byKind.set(effect.kind, effect);
  }
  return [...byKind.values()];
}
