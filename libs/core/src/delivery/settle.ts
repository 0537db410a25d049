import { Batcher, type BatcherOptions } from '../batcher.js';
import type { Clock } from '../clock.js';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../configuration/brand-definition.js';
import { HUB_ACTOR } from '../configuration/configuration-store.port.js';
import { timeOfUuidV7 } from '../ids.js';
import type { FallbackSteps } from '../messaging/fallback.js';
import { decide, type DestinationEffect, type EffectiveRetryPolicy } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery, DeliveryDecision } from './delivery.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { DestinationHealth } from './destination-health.js';
import type { DestinationPauseStore } from './destination-pause-store.port.js';
import type { Destinations } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { AttemptedDeliveryIds, StatusUpdateStore } from './status-update-store.port.js';
import { traceIdOf } from '../tracing/trace-id.js';

/** Retry policy of the lookups of undecided deliveries. */
const ROUTING_RETRY: EffectiveRetryPolicy = { scheduleMs: DEFAULT_RETRY_SCHEDULE_MS, onUnconfirmed: 'hold' };

/** Dependencies of {@link SettleDelivery}. */
export interface SettleParts {
  readonly destinations: Pick<Destinations, 'find' | 'hasMessageEvents'>;
  readonly recorder: OutcomeRecorder;
  readonly pauses: Pick<DestinationPauseStore, 'pause' | 'alertFailing'>;
  readonly health: DestinationHealth;
  readonly fallbacks: Pick<FallbackSteps, 'once'>;
  readonly clock: Clock;
  readonly log: DispatcherLog;
}

/**
 * Settles attempts: decides the next state, records the decision, applies the outcome to the destination and writes the
 * log.
 */
export class SettleDelivery {
  constructor(private readonly parts: SettleParts) {}

  /**
   * Settles one delivery. Resolves with the decision after the decision was written, or after the write was given up.
   * @param startedAt milliseconds since the epoch
   */
  async settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<DeliveryDecision> {
    const { destinations, health, clock } = this.parts;
    const now = clock.now();
    const durationMs = Math.max(0, now - startedAt);
    const { destinationId, undecided } = delivery;
    const { retry, pauseAfterMs } = destinations.find(destinationId);
    const { delivery: decision, effect } = decide(
      { delivery, outcome, startedAt, durationMs },
      undecided ? ROUTING_RETRY : retry,
      now,
      Math.random(),
    );
    // An undecided delivery says nothing about the health of a destination.
    const pause = undecided ? null : health.recordOutcome(destinationId, outcome, pauseAfterMs);
    const applied = effect ?? pause;
    if (applied !== null) await this.applyEffect(delivery, applied);
    await this.write(delivery, outcome, decision, durationMs);
    return decision;
  }

  /** Records a decision and writes the log. Resolves after the decision was written, or after the write was given up. */
  async write(
    delivery: ClaimedDelivery,
    outcome: AttemptOutcome,
    decision: DeliveryDecision,
    durationMs: number,
  ): Promise<void> {
    const { destinations, recorder, clock, log } = this.parts;
    const { destinationId, event } = delivery;
    const { hasStatusCallback } = destinations.find(destinationId);
    let written = false;
    try {
      const reported = destinations.hasMessageEvents(delivery.brandId)
        ? { ...decision, hasMessageEvents: true }
        : decision;
      written = await recorder.record(reported, hasStatusCallback ? destinationId : null);
    } catch (error) {
      log.fault(error, `outcome of delivery ${delivery.id}`);
    }
    log.attempted({
      deliveryId: delivery.id,
      eventId: event.id,
      eventType: event.type,
      brandId: delivery.brandId,
      sourceId: event.sourceId,
      subscriptionId: delivery.subscriptionId,
      destinationId,
      attempt: decision.attempts,
      outcome: outcome.kind,
      state: decision.state,
      durationMs,
      nextDueAt: decision.dueAt,
      written,
      errorKind: decision.errorKind,
      reason: decision.reason,
      responseStatus: decision.attempt?.response?.status ?? null,
      // The id has the time at which the event was received or the replay was started.
      deliveredAfterMs: outcome.kind === 'accepted' ? Math.max(0, clock.now() - timeOfUuidV7(delivery.id)) : null,
      direct: delivery.direct === true,
      batchSize: decision.attempt?.batch?.size ?? 1,
      traceId: event.traceparent === undefined ? undefined : traceIdOf(event.traceparent),
    });
    if (written && decision.messaging?.trigger !== undefined) await this.createNextSteps();
  }

  /** Resolves when all outcomes and circuit breakers are written. */
  async settled(): Promise<void> {
    await this.parts.recorder.drained();
    await this.parts.health.settled();
  }

  /**
   * Stops repeating failed writes, at the end of a shutdown. Deliveries whose outcome was not written are claimed again
   * after their lease expires.
   */
  async abandon(): Promise<void> {
    this.parts.recorder.abandon();
    await this.parts.recorder.drained();
  }

  /**
   * Creates the deliveries of triggered fallback steps. If the creation fails, the next sweep retries, because the
   * triggers are stored.
   */
  private async createNextSteps(): Promise<void> {
    await this.parts.fallbacks.once().catch((error: unknown) => this.parts.log.fault(error, 'fallback steps'));
  }

  /** Applies an effect of an attempt to the destination of the delivery. Never throws. */
  async applyEffect(
    { destinationId, destinationVersion: version, pauseSeq }: ClaimedDelivery,
    effect: DestinationEffect,
  ): Promise<void> {
    if (effect.kind === 'throttle') {
      this.parts.health.throttle(destinationId, effect.until);
      return;
    }
    if (effect.kind === 'opened') {
      this.parts.log.opened({ destinationId, reason: effect.reason, until: effect.until });
      return;
    }
    try {
      // The attempt used the claimed version of the destination or a newer version. A destination that was changed or
      // resumed since the claim is not paused, because the cause may have been fixed.
      const failedAttempt = { errorKind: effect.errorKind, version, pauseSeq };
      if (effect.kind === 'alert') {
        this.parts.log.failing({ destinationId, reason: effect.reason });
        await this.parts.pauses.alertFailing(destinationId, effect.reason, failedAttempt);
        return;
      }
      const isPaused = await this.parts.pauses.pause(destinationId, effect.reason, HUB_ACTOR, {
        failedAttempt,
      });
      // Reset the health even if the destination was not paused, because the failures concern its earlier version.
      this.parts.health.reset(destinationId);
      if (isPaused) this.parts.log.paused({ destinationId, reason: effect.reason });
    } catch (error) {
      this.parts.log.fault(error, `${effect.kind} of destination ${destinationId}`);
    }
  }
}

/** Batching options of an {@link OutcomeRecorder}. */
export interface OutcomeRecorderOptions extends BatcherOptions {
  /** Pause before a failed batch is written again, in milliseconds. */
  readonly retryDelayMs: number;
}

interface Outcome {
  readonly decision: DeliveryDecision;
  /** Null if the destination's vendor sends no status callbacks. */
  readonly callbackDestinationId: string | null;
}

/**
 * Writes decisions in batches. A failed write is repeated until the write succeeds, because the message was already
 * sent and a lost outcome would send the message twice. The fencing token makes a late write harmless.
 */
export class OutcomeRecorder {
  private readonly batcher: Batcher<Outcome, boolean>;
  private giveUp = false;

  constructor(
    private readonly store: Pick<DeliveryStore, 'record'>,
    private readonly statusUpdates: Pick<StatusUpdateStore, 'applyPending'>,
    private readonly options: OutcomeRecorderOptions,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.batcher = new Batcher(this.write.bind(this), options);
  }

  /**
   * Records a decision. Resolves to false if nothing was written, because another worker has taken over the delivery.
   * @param callbackDestinationId the delivery's destination if its vendor sends status callbacks, else null
   */
  record(decision: DeliveryDecision, callbackDestinationId: string | null): Promise<boolean> {
    return this.batcher.add({ decision, callbackDestinationId });
  }

  /** Resolves when all decisions are written. */
  drained(): Promise<void> {
    return this.batcher.drained();
  }

  /**
   * Stops repeating failed writes, at the end of a shutdown. Deliveries whose outcome was not written are claimed again
   * after their lease expires.
   */
  abandon(): void {
    this.giveUp = true;
  }

  private async write(outcomes: readonly Outcome[]): Promise<readonly boolean[]> {
    const decisions: DeliveryDecision[] = [];
    for (const { decision } of outcomes) decisions.push(decision);
    const written = await this.writeUntilWritten(decisions);
    const results: boolean[] = [];
    const named: AttemptedDeliveryIds[] = [];
    for (const { decision, callbackDestinationId: destinationId } of outcomes) {
      const { id: deliveryId, externalId, attempt } = decision;
      const isWritten = written.has(deliveryId);
      results.push(isWritten);
      if (!isWritten || destinationId === null || (attempt === null && externalId === null)) continue;
      named.push({ destinationId, deliveryId, externalId });
    }
    // Status updates may have arrived before the vendor's answer. If these updates cannot be applied, the write of the
    // outcome is not repeated.
    if (named.length > 0) await this.statusUpdates.applyPending(named).catch(this.onFault);
    return results;
  }

  private async writeUntilWritten(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>> {
    for (;;) {
      try {
        return await this.store.record(decisions);
      } catch (error) {
        this.onFault(error);
        if (this.giveUp) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.options.retryDelayMs));
      }
    }
  }
}
