import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  countedBeforeLastAttempt,
  deliveryId,
  cancelRefusal,
  decideRedelivery,
  DEFAULT_RETRY_SCHEDULE_MS,
  uuidV7,
  type AuditLog,
  type Caller,
  type Clock,
  type DeliveryInterventions,
  type DeliveryStatus,
  type RetryPolicy,
  type ReadStore,
  type StoredDelivery,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG, CLOCK, DELIVERY_INTERVENTIONS, READ_STORE } from '../../database/database.module.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { found, storedId } from '../common/stored-id.js';

/** Redelivers and cancels single deliveries on request. */
@Injectable()
export class DeliveryInterventionsService {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly wakeUps: BullWakeUps,
    @Inject(READ_STORE) private readonly read: ReadStore,
    @Inject(DELIVERY_INTERVENTIONS) private readonly store: DeliveryInterventions,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Schedules one more attempt, due now. Returns the delivery that will be attempted. Throws a ProblemError 404 if the
   * delivery does not exist, or 409 if it cannot be redelivered.
   */
  async redeliver(caller: Caller, brandName: string, id: string, force: boolean): Promise<StoredDelivery> {
    const current = await this.brands.findBrand(brandName);
    const delivery = await this.find(current, id);
    const redelivery = decideRedelivery(delivery, force);
    if (redelivery.kind === 'refused') throw new ProblemError(409, redelivery.reason);
    const scheduleMs = await this.refuseUnsendable(current, delivery);
    const countedAttempts = countedBeforeLastAttempt(
      redelivery.kind === 'sameDelivery' ? delivery.countedAttempts : 0,
      scheduleMs,
    );
    const sentId =
      redelivery.kind === 'sameDelivery'
        ? await this.redeliverSame(delivery, current, countedAttempts)
        : await this.redeliverAsNew(delivery, current, countedAttempts);
    await this.recordAudit(caller, 'delivery.redeliver', current, delivery, sentId === delivery.id ? null : sentId);
    this.wakeUps.wake(queueOf(delivery));
    return this.find(current, sentId);
  }

  /**
   * Cancels a delivery. Throws a ProblemError 404 if the delivery does not exist, or 409 if it is in flight or cannot
   * be cancelled.
   */
  async cancel(caller: Caller, brandName: string, id: string): Promise<StoredDelivery> {
    const current = await this.brands.findBrand(brandName);
    const delivery = await this.find(current, id);
    const refusal = cancelRefusal(delivery);
    if (refusal !== null) throw new ProblemError(409, refusal);
    if (!(await this.store.cancel({ brandId: current.brand.id, deliveryId: delivery.id }))) {
      throw new ProblemError(409, await this.cancelRefusal(current, delivery.id));
    }
    await this.recordAudit(caller, 'delivery.cancel', current, delivery, null);
    // Deliveries that were blocked by the cancelled delivery may now be due.
    this.wakeUps.wake(queueOf(delivery));
    return this.find(current, delivery.id);
  }

  private async find({ brand }: CurrentBrand, id: string): Promise<StoredDelivery> {
    return found(await this.read.delivery(brand.id, storedId(id, 'delivery')), 'delivery', id);
  }

  /** Returns the retry schedule of the delivery, in milliseconds. Throws a ProblemError 409 if it cannot be sent. */
  private async refuseUnsendable(
    { configuration, brand }: CurrentBrand,
    { destinationId, eventId }: StoredDelivery,
  ): Promise<RetryPolicy['scheduleMs']> {
    const scheduleMs =
      destinationId === null
        ? DEFAULT_RETRY_SCHEDULE_MS
        : configuration.destinations.get(destinationId)?.retry.scheduleMs;
    if (scheduleMs === undefined)
      throw new ProblemError(
        409,
        'The delivery cannot be sent, because its destination was deleted. Replay its event instead.',
      );
    const event = await this.read.event(brand.id, eventId);
    if (event === null)
      throw new ProblemError(
        409,
        'The delivery cannot be sent, because its event was deleted after the retention period. Ask the sender to send ' +
          'the event again.',
      );
    if (event.erasedAt !== null) {
      throw new ProblemError(
        409,
        'The delivery cannot be sent, because its event was erased with a customer. Do not send it again.',
      );
    }
    return scheduleMs;
  }

  private async redeliverSame(
    { id, status }: StoredDelivery,
    { brand }: CurrentBrand,
    countedAttempts: number,
  ): Promise<string> {
    const request = { brandId: brand.id, deliveryId: id, countedAttempts, now: this.clock.now() };
    if (status === 'held' || !(await this.store.redeliver({ ...request, state: status }))) throw changed(status);
    return id;
  }

  private async redeliverAsNew(
    delivery: StoredDelivery,
    { brand }: CurrentBrand,
    countedAttempts: number,
  ): Promise<string> {
    const now = this.clock.now();
    const { eventId, subscriptionId } = delivery;
    const newId = deliveryId({ eventId, subscriptionId, replayId: uuidV7(now) });
    const request = { brandId: brand.id, deliveryId: delivery.id, newId, countedAttempts, now };
    switch (await this.store.redeliverAsNew(request)) {
      case 'created':
        return newId;
      case 'waiting':
        throw new ProblemError(
          409,
          'The delivery was not sent again, because another delivery of the same event and subscription already ' +
            'waits. Wait until the other delivery has ended, or cancel it.',
        );
      case 'gone':
        throw changed(delivery.status);
    }
  }

  private async cancelRefusal(current: CurrentBrand, id: string): Promise<string> {
    const { status, inFlight } = await this.find(current, id);
    const reason = cancelRefusal({ status, inFlight });
    return (
      reason ??
      `The delivery is ${status} and blocks no other delivery, so it cannot be cancelled. No action is needed.`
    );
  }

  private async recordAudit(
    caller: Caller,
    action: string,
    { brand }: CurrentBrand,
    { id, status }: StoredDelivery,
    replacement: string | null,
  ): Promise<void> {
    const after = replacement === null ? null : { delivery: replacement };
    await this.audit.append([
      { actor: actorOf(caller), action, brandId: brand.id, target: id, before: { status }, after },
    ]);
  }
}

/** Returns the id of the queue of a delivery: its destination, or its subscription while the destination is undecided. */
function queueOf({ destinationId, subscriptionId }: StoredDelivery): string {
  return destinationId ?? subscriptionId;
}

function changed(status: DeliveryStatus): ProblemError {
  return new ProblemError(
    409,
    `The delivery is no longer ${status}, so nothing was changed. Get the delivery again and check its status.`,
  );
}
