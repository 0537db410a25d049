import type { Clock } from '../clock.js';
import { HUB_ACTOR, type ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { FallbackSteps } from '../messaging/fallback-steps.js';
import type { AttemptDelivery } from './attempt-delivery.js';
import { decide, type DestinationEffect, type EffectiveRetryPolicy } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery, DeliveryDecision } from './delivery.js';
import type { DestinationHealth } from './destination-health.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { DEFAULT_PAUSE_AFTER_MS } from './circuit-breaker.js';
import type { OutcomeRecorder } from './outcome-recorder.js';

/** Decides an outcome, records it, applies it to the destination and logs it. */
export class SettleDelivery {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: Pick<AttemptDelivery, 'policyOf' | 'hasStatusCallback'>,
    private readonly recorder: OutcomeRecorder,
    private readonly pauses: Pick<ConfigurationStore, 'pauseDestination'>,
    private readonly health: DestinationHealth,
    private readonly fallbacks: Pick<FallbackSteps, 'once'>,
    private readonly clock: Clock,
    private readonly log: DispatcherLog,
  ) {}

  /**
   * Settles one delivery. Resolves with what was decided once it is written, or cannot be.
   * @param startedAt milliseconds since the epoch
   */
  async settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<DeliveryDecision> {
    const now = this.clock.now();
    const durationMs = Math.max(0, now - startedAt);
    const { destinationId } = delivery;
    const attempted = { delivery, outcome, startedAt, durationMs };
    const decision = decide(attempted, this.policyFor(destinationId), now, Math.random());
    const pause = this.health.recordOutcome(destinationId, outcome, this.pauseAfterMs(destinationId));
    const effect = decision.effect ?? pause;
    if (effect !== null) await this.applyEffect(delivery, effect);
    const written = await this.recorder
      .record(decision.delivery, this.callbackDestinationId(destinationId))
      .catch((error: unknown) => {
        this.log.fault(error, `outcome of delivery ${delivery.id}`);
        return false;
      });
    this.log.attempted({
      deliveryId: delivery.id,
      eventId: delivery.event.id,
      destinationId,
      attempt: decision.delivery.attempts,
      outcome: outcome.kind,
      state: decision.delivery.state,
      durationMs,
      nextDueAt: decision.delivery.dueAt,
      written,
    });
    if (written && decision.delivery.messaging?.trigger !== undefined) await this.createNextSteps();
    return decision.delivery;
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.recorder.drained();
    await this.health.settled();
  }

  /** For the end of a shutdown: what cannot be written at the next attempt is left to the leases. */
  async abandon(): Promise<void> {
    this.recorder.abandon();
    await this.recorder.drained();
  }

  /** The call is stored: where this fails, the next sweep makes the step. */
  private async createNextSteps(): Promise<void> {
    await this.fallbacks.once().catch((error: unknown) => this.log.fault(error, 'steps of fallbacks'));
  }

  private async applyEffect(
    { destinationId, destinationVersion: version }: ClaimedDelivery,
    effect: DestinationEffect,
  ): Promise<void> {
    if (effect.kind === 'throttle') {
      this.health.throttle(destinationId, effect.until);
      return;
    }
    try {
      // The attempt used the version of the claim or a newer one. A destination that was fixed since gets another attempt before it is paused.
      const failedAttempt = { errorKind: effect.errorKind, version };
      const isPaused = await this.pauses.pauseDestination(destinationId, effect.reason, HUB_ACTOR, failedAttempt);
      // Where it was fixed, too: its failures are of before.
      this.health.reset(destinationId);
      if (isPaused) this.log.paused({ destinationId, reason: effect.reason });
    } catch (error) {
      this.log.fault(error, `pause of destination ${destinationId}`);
    }
  }

  private policyFor(destinationId: string): EffectiveRetryPolicy {
    const destination = this.configuration.current.destination(destinationId);
    // A destination that has gone gets no second message by guesswork.
    return destination === undefined ? { scheduleMs: [0], onUnconfirmed: 'hold' } : this.attempts.policyOf(destination);
  }

  private pauseAfterMs(destinationId: string): number {
    return this.configuration.current.destination(destinationId)?.retry.pauseAfterMs ?? DEFAULT_PAUSE_AFTER_MS;
  }

  private callbackDestinationId(destinationId: string): string | null {
    const destination = this.configuration.current.destination(destinationId);
    return destination !== undefined && this.attempts.hasStatusCallback(destination) ? destinationId : null;
  }
}
