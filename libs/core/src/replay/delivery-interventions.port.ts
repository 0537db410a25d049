import type { DeliveryState } from '../delivery/delivery.js';

/** Key of a delivery. A delivery of another brand is not found. */
export interface IntervenedDelivery {
  readonly brandId: string;
  readonly deliveryId: string;
}

/** Store of manual changes to single deliveries. Each change is one statement that checks the delivery's state again. */
export interface DeliveryInterventions {
  /**
   * Schedules an ended delivery again, due at once, under the same id. Deliveries that this delivery blocks in its
   * order key keep waiting.
   * @returns false if the delivery is not in the given state
   */
  redeliver(
    delivery: IntervenedDelivery & {
      readonly state: DeliveryState;
      /** Counted attempts that the delivery begins with, see `countedBeforeLastAttempt`. */
      readonly countedAttempts: number;
      /** Milliseconds since the epoch. */
      readonly now: number;
    },
  ): Promise<boolean>;
  /**
   * Creates a new delivery of the same event and subscription as a succeeded delivery, due at once.
   * @returns `created`, or a reason if nothing was created. `waiting`: a delivery of the same event and subscription already
   *   waits. `gone`: the delivery did not succeed or was deleted.
   */
  redeliverAsNew(
    delivery: IntervenedDelivery & { readonly newId: string; readonly countedAttempts: number; readonly now: number },
  ): Promise<'created' | 'waiting' | 'gone'>;
  /**
   * Cancels a delivery that waits and is not in flight, or an ended delivery that blocks others of its order key. The
   * blocked deliveries are due from then on.
   * @returns false if the delivery is in neither of these two states
   */
  cancel(delivery: IntervenedDelivery): Promise<boolean>;
}
