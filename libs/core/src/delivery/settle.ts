import type { Clock } from '../clock.js';
import { HUB_ACTOR, type ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/compiled-configuration.js';
import type { FallbackSteps } from '../messaging/fallback-steps.js';
import type { AttemptDelivery } from './attempt.js';
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
   * Settles one delivery. Resolves with the decision after it was written, or after the write was given up.
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

  /** Resolves when all outcomes and circuit breakers are written. */
  async settled(): Promise<void> {
    await this.recorder.drained();
    await this.health.settled();
  }

  /** Stops repeating failed writes, at the end of a shutdown. Leases cover the deliveries that were not written. */
  async abandon(): Promise<void> {
    this.recorder.abandon();
    await this.recorder.drained();
  }

  /**
   * Creates the deliveries of triggered fallback steps. The triggers are stored, so the next sweep retries a failure.
   */
  private async createNextSteps(): Promise<void> {
    await this.fallbacks.once().catch((error: unknown) => this.log.fault(error, 'fallback steps'));
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
      // The attempt used the claimed version of the destination or a newer one. If the destination was changed since
      // the claim, it is not paused, because the change may have fixed it.
      const failedAttempt = { errorKind: effect.errorKind, version };
      const isPaused = await this.pauses.pauseDestination(destinationId, effect.reason, HUB_ACTOR, failedAttempt);
      // The health is reset in that case too, because the failures concern the earlier version.
      this.health.reset(destinationId);
      if (isPaused) this.log.paused({ destinationId, reason: effect.reason });
    } catch (error) {
      this.log.fault(error, `pause of destination ${destinationId}`);
    }
  }

  private policyFor(destinationId: string): EffectiveRetryPolicy {
    const destination = this.configuration.current.destination(destinationId);
    // The destination was deleted, so its policy is unknown. With `hold`, no message is sent twice.
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
