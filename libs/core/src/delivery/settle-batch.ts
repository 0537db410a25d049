import type { BatchStore } from './batch-store.port.js';
import type { SentMember } from './attempt-batch.js';
import { effectsOfCall, healthOutcomes } from './call-effects.js';
import { decide, type Decision, type DestinationEffect } from './decide.js';
import type { AttemptOutcome, DeliveryDecision } from './delivery.js';
import { isFrozen as isFrozenDelivery } from './frozen-batch.js';
import type { SettleDelivery, SettleParts } from './settle.js';

/** Dependencies of {@link SettleBatch}. */
export interface SettleBatchParts extends Pick<SettleParts, 'destinations' | 'health' | 'clock' | 'log'> {
  readonly store: Pick<BatchStore, 'endBatches'>;
  readonly settlement: Pick<SettleDelivery, 'applyEffect' | 'write'>;
}

/**
 * Settles the members of one call: decides and records each delivery under its own token, and applies the outcome to the
 * destination once.
 */
export class SettleBatch {
  constructor(private readonly parts: SettleBatchParts) {}

  /**
   * Settles the members of one call. Resolves with their decisions after the decisions were written, or after the write
   * was given up.
   * @param startedAt milliseconds since the epoch
   */
  async settle(sent: readonly SentMember[], startedAt: number): Promise<readonly DeliveryDecision[]> {
    const [first] = sent;
    if (first === undefined) return [];
    const { destinations, health, clock, log, settlement, store } = this.parts;
    const { destinationId } = first.delivery;
    const { retry, pauseAfterMs, batch } = destinations.find(destinationId);
    const now = clock.now();
    const durationMs = Math.max(0, now - startedAt);
    const isFrozen = batch?.idempotent === 'batch' && retry.onUnconfirmed === 'retry';
    const members = isFrozen ? alignedMembers(sent) : sent;
    // One random number for all members, so that they are due together again.
    const random = Math.random();
    const decisions = members.map(({ delivery, outcome, place }) =>
      decide({ delivery, outcome, startedAt, durationMs, batch: place }, retry, now, random),
    );

    const effects = [...effectsIn(decisions)];
    for (const outcome of healthOutcomes(sent.map((one) => one.outcome))) {
      const effect = health.recordOutcome(destinationId, outcome, pauseAfterMs);
      if (effect !== null) effects.push(effect);
    }
    for (const effect of effectsOfCall(effects)) await settlement.applyEffect(first.delivery, effect);

    const writing: Promise<void>[] = [];
    for (const [index, { delivery }] of decisions.entries()) {
      const member = members[index];
      if (member !== undefined) {
        writing.push(settlement.write(member.delivery, member.outcome, delivery, durationMs));
      }
    }
    await Promise.all(writing);
    const written = decisions.map(({ delivery }) => delivery);
    if (isFrozen && !written.some((decision, index) => isInDoubt(decision, members[index]))) {
      // Maintenance deletes the row if this fails.
      await store.endBatches([first.place.id]).catch((error: unknown) => log.fault(error, `batch ${first.place.id}`));
    }
    return written;
  }
}

/**
 * Prepares the members of a batch that may only be repeated as a whole. While they stay together, they share one position
 * in the retry schedule. If only some members are in doubt, these are held, because the batch cannot be repeated without
 * the others.
 */
function alignedMembers(sent: readonly SentMember[]): readonly SentMember[] {
  const canRepeat = sent.every(({ outcome }) => outcome.kind === 'unconfirmed');
  const isRepetition = sent.every(({ delivery }) => isFrozenDelivery(delivery));
  const shared = Math.min(...sent.map(({ delivery }) => delivery.countedAttempts));
  return sent.map((member) => ({
    ...member,
    delivery: canRepeat || isRepetition ? { ...member.delivery, countedAttempts: shared } : member.delivery,
    outcome: canRepeat ? member.outcome : held(member.outcome),
  }));
}

function held(outcome: AttemptOutcome): AttemptOutcome {
  return outcome.kind === 'unconfirmed' ? { ...outcome, isHeld: true } : outcome;
}

function effectsIn(decisions: readonly Decision[]): readonly DestinationEffect[] {
  return decisions.flatMap(({ effect }) => effect ?? []);
}

/** Returns true if a delivery waits for the repetition of its batch. */
function isInDoubt({ state, pendingSince, messaging }: DeliveryDecision, member: SentMember | undefined): boolean {
  if (state !== 'scheduled' || pendingSince !== null) return false;
  return messaging?.lost === true || member?.delivery.messaging?.lost === true;
}
