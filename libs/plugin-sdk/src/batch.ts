import type { DeliveryError, VendorResponse } from './delivery-error.js';

/** Maximum value of {@link BatchLimits.size}. */
export const MAX_BATCH_SIZE = 1_000;
/** Maximum value of {@link BatchLimits.within}, in milliseconds: one hour. */
export const MAX_BATCH_WITHIN_MS = 3_600_000;

/** Limits of the calls that deliver several messages at once. */
export interface BatchLimits {
  /** Maximum number of messages in one call, an integer up to {@link MAX_BATCH_SIZE}. */
  readonly size: number;
  /**
   * Maximum size of the messages of one call: bytes of the messages as a JSON array. Leave room for everything else in
   * the request. No limit if absent.
   */
  readonly bytes?: number | undefined;
  /**
   * Time in milliseconds that a due message waits for further messages, up to {@link MAX_BATCH_WITHIN_MS}. A call
   * starts earlier if it is full.
   */
  readonly within: number;
  /**
   * Repetitions that the vendor ignores. The hub retries unconfirmed messages accordingly, and holds them if absent.
   *
   * - `batch`: a call that repeats the id of a batch. The hub repeats a batch unchanged, with the same id.
   * - `message`: a message that repeats an idempotency key. The hub repeats each message in a call of its own.
   */
  readonly idempotent?: 'batch' | 'message' | undefined;
  /** Unit of `limits.ratePerSecond`; `messages` if absent. */
  readonly rateCounts?: 'messages' | 'calls' | undefined;
}

/** Batch to which the messages of one call belong. */
export interface Batch {
  /** Key that is identical in every attempt of the same batch. No other batch has this key. */
  readonly id: string;
}

/**
 * Outcome of one message of a batch: accepted, pending, or an error. The outcome names its message by `index`, which is its
 * position in the call, from 0. `undefined` means the same as an absent property.
 */
export type BatchOutcome =
  | {
      readonly index: number;
      /** The vendor's id of the message. */
      readonly externalId?: string | undefined;
      /** Response about this message only. Leave it out if the response names other messages too. */
      readonly response?: VendorResponse | undefined;
      /**
       * Set if the vendor will decide later whether it accepts the message, as in {@link DeliveryResult.pending}. Each
       * message is then polled on its own, so `externalId` must name the message.
       */
      readonly pending?: { readonly pollAfterMs: number } | undefined;
      readonly error?: undefined;
    }
  | { readonly index: number; readonly error: DeliveryError };

/** Response of a vendor to a call with several messages. */
export interface BatchResult {
  /** One outcome per message, in any order. A message without exactly one outcome is unconfirmed. */
  readonly outcomes: readonly BatchOutcome[];
  /** Response to the whole call. */
  readonly response?: VendorResponse | undefined;
}
