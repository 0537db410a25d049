import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  countedBeforeLastAttempt,
  deliveryId,
  cancelRefusal,
  decideRedelivery,
  uuidV7,
  type AuditLog,
  type Caller,
  type Clock,
  type DeliveryInterventions,
  type DeliveryStatus,
  type DestinationRecord,
  type ReadStore,
  type StoredDelivery,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { ProblemError } from '../../http/problem.js';
import { AUDIT_LOG, CLOCK, DELIVERY_INTERVENTIONS, READ_STORE } from '../../tokens.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { found, storedId } from '../common/stored-id.js';

/** Redelivers or cancels single deliveries at a person's request. */
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
   * One more attempt, due now. Answers the delivery that makes it. Throws a ProblemError 404, or 409 where there is nothing
   * to attempt again.
   */
  async redeliver(caller: Caller, brandName: string, id: string, force: boolean): Promise<StoredDelivery> {
    const current = await this.brands.findBrand(brandName);
    const delivery = await this.find(current, id);
    const redelivery = decideRedelivery(delivery, force);
    if (redelivery.kind === 'refused') throw new ProblemError(409, redelivery.reason);
    const destination = await this.refuseUnsendable(current, delivery);
    const countedAttempts = countedBeforeLastAttempt(
      redelivery.kind === 'sameDelivery' ? delivery.countedAttempts : 0,
      destination.retry.scheduleMs,
    );
    const made =
      redelivery.kind === 'sameDelivery'
        ? await this.redeliverSame(delivery, current, countedAttempts)
        : await this.redeliverAsNew(delivery, current, countedAttempts);
    await this.note(caller, 'delivery.redeliver', current, delivery, made === delivery.id ? null : made);
    this.wakeUps.wake(delivery.destinationId);
    return this.find(current, made);
  }

  /** Throws a ProblemError 404, or 409 where it is in flight or nothing is left to cancel. */
  async cancel(caller: Caller, brandName: string, id: string): Promise<StoredDelivery> {
    const current = await this.brands.findBrand(brandName);
    const delivery = await this.find(current, id);
    const refusal = cancelRefusal(delivery);
    if (refusal !== null) throw new ProblemError(409, refusal);
    if (!(await this.store.cancel({ brandId: current.brand.id, deliveryId: delivery.id }))) {
      throw new ProblemError(409, await this.cancelRefusal(current, delivery.id));
    }
    await this.note(caller, 'delivery.cancel', current, delivery, null);
    // What it held up may go now.
    this.wakeUps.wake(delivery.destinationId);
    return this.find(current, delivery.id);
  }

  private async find({ brand }: CurrentBrand, id: string): Promise<StoredDelivery> {
    return found(await this.read.delivery(brand.id, storedId(id, 'delivery')), 'delivery', id);
  }

  private async refuseUnsendable(
    { configuration, brand }: CurrentBrand,
    { destinationId, eventId }: StoredDelivery,
  ): Promise<DestinationRecord> {
    const destination = configuration.destination(destinationId);
    if (destination === undefined)
      throw new ProblemError(409, 'Its destination was deleted. Replay its event instead.');
    const event = await this.read.event(brand.id, eventId);
    if (event === null) throw new ProblemError(409, 'Its event is not stored any more, so there is nothing to send.');
    if (event.erasedAt !== null) {
      throw new ProblemError(409, 'A customer that its event names was forgotten, so there is nothing to send.');
    }
    return destination;
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
        throw new ProblemError(409, 'Another delivery of the same event and subscription waits already.');
      case 'gone':
        throw changed(delivery.status);
    }
  }

  private async cancelRefusal(current: CurrentBrand, id: string): Promise<string> {
    const { status, inFlight } = await this.find(current, id);
    const reason = cancelRefusal({ status, inFlight });
    return reason ?? `It is ${status} and holds up no other: there is nothing to cancel.`;
  }

  private async note(
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

function changed(status: DeliveryStatus): ProblemError {
  return new ProblemError(409, `It was ${status} a moment ago and is not any more: look at it again.`);
}
