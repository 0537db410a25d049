import type { DeliveryState } from '../delivery/delivery.js';

/** Which delivery. A stranger's is not found. */
export interface IntervenedDelivery {
  readonly brandId: string;
  readonly deliveryId: string;
}

/** Writes what a person decided about one delivery, each in one statement that looks at its state once more. */
export interface DeliveryInterventions {
  /**
   * Puts a delivery that ended back among those that wait, due at once, under its old id. What it held up of its key
   * waits for it from now on.
   * @returns false where it is not in that state (any more)
   */
  redeliver(
    delivery: IntervenedDelivery & {
      readonly state: DeliveryState;
      /** Counted attempts that the delivery begins with: see `countedBeforeLastAttempt`. */
      readonly countedAttempts: number;
      /** Milliseconds since the epoch. */
      readonly now: number;
    },
  ): Promise<boolean>;
  /**
   * Makes another delivery of what succeeded, due at once.
   * @returns `waiting` where one of the same event and subscription waits already, `gone` where it did not succeed or is
   *   not there any more; then nothing was created
   */
  redeliverAsNew(
    delivery: IntervenedDelivery & { readonly newId: string; readonly countedAttempts: number; readonly now: number },
  ): Promise<'created' | 'waiting' | 'gone'>;
  /**
   * Cancels a delivery that waits and is not in flight, or gives up one that ended and holds up others of its key; what
   * it held up is due from then on.
   * @returns false where it is neither
   */
  cancel(delivery: IntervenedDelivery): Promise<boolean>;
}
