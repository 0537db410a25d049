import type { RefusedAddress, VendorSuppressionReason } from './address.js';

/**
 * Reasons why a message was not accepted. The kind decides what the hub does next.
 *
 * - `transient`: a temporary failure. The hub retries on the destination's schedule.
 * - `throttled`: the vendor limits the rate. The hub waits as long as the vendor says and does not count the attempt.
 * - `credentials`: the vendor refuses the credentials. The hub pauses the destination and keeps its deliveries.
 * - `rejected`: the vendor will never accept this message. The delivery becomes a dead letter.
 * - `mapping`: the message is invalid and was not sent. The delivery becomes a dead letter.
 * - `unconfirmed`: the vendor may have accepted the message, because the response was lost or reports a server error. The
 *   destination's policy decides: retry or hold.
 */
export const DELIVERY_ERROR_KINDS = [
  'transient',
  'throttled',
  'credentials',
  'rejected',
  'mapping',
  'unconfirmed',
] as const;

/** One of {@link DELIVERY_ERROR_KINDS}. A plugin cannot add kinds. */
export type DeliveryErrorKind = (typeof DELIVERY_ERROR_KINDS)[number];

/** The vendor's response as shortened text. The host redacts the response before recording it. */
export interface VendorResponse {
  readonly status: number;
  /** Response body, at most 4,096 characters. */
  readonly body?: string | undefined;
}

/** Details of a {@link DeliveryError}. `undefined` means the same as an absent property. */
export interface DeliveryErrorOptions {
  /** Milliseconds that the vendor asks the hub to wait. */
  readonly retryAfterMs?: number | undefined;
  /**
   * Time at which the vendor accepts messages again: milliseconds since the epoch, or ISO 8601 with a time zone. Used if
   * `retryAfterMs` is absent.
   */
  readonly retryAt?: number | string | undefined;
  readonly response?: VendorResponse | undefined;
  /** The vendor's own error code, for example Twilio's `21211`. */
  readonly vendorCode?: string | undefined;
  /** True if the whole destination is permanently gone (HTTP 410). The hub then pauses the destination. */
  readonly disableDestination?: boolean | undefined;
  /**
   * True if the hub may send the message again after this server error, although the vendor does not ignore repeated
   * messages. Set it if the vendor documents that it did not accept the message. Set it also if a repeated message
   * replaces the first one at the recipient. See `mayHaveAccepted`.
   */
  readonly safeToRepeat?: boolean | undefined;
  /**
   * Set if the vendor sends nothing to the recipient of this message any more. The hub then adds each address of the
   * message that is not an entry of a list to the brand's suppression list.
   */
  readonly suppress?: VendorSuppressionReason | undefined;
  /** Addresses in lists of the message that the vendor refused for good. See `refused` of `DeliveryResult`. */
  readonly refused?: readonly RefusedAddress[] | undefined;
  /**
   * For `throttled`: true if the limit concerns this recipient only. The hub then delays this delivery and not the
   * destination. After 24 hours, the delivery becomes a dead letter.
   */
  readonly recipientOnly?: boolean | undefined;
  /**
   * For `rejected`: true if the cause may concern the whole destination, although the vendor refused this message only,
   * for example its sender. The hub publishes the operational event `destination.failing` after ten such refusals within an
   * hour, if they are at least a tenth of the answers.
   */
  readonly suspectsDestination?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * Error that a plugin throws if the vendor did not accept a message.
 *
 * The error's message says what failed and how to fix the cause, without secrets and without personal values.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retryAfterMs?: number;
  readonly retryAt?: number | string;
  readonly response?: VendorResponse;
  readonly vendorCode?: string;
  readonly disableDestination: boolean;
  readonly safeToRepeat: boolean;
  readonly suppress?: VendorSuppressionReason;
  readonly refused?: readonly RefusedAddress[];
  readonly recipientOnly: boolean;
  readonly suspectsDestination: boolean;

  constructor(
    readonly kind: DeliveryErrorKind,
    message: string,
    options: DeliveryErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.retryAt !== undefined) this.retryAt = options.retryAt;
    if (options.response !== undefined) this.response = options.response;
    if (options.vendorCode !== undefined) this.vendorCode = options.vendorCode;
    this.disableDestination = options.disableDestination ?? false;
    this.safeToRepeat = options.safeToRepeat ?? false;
    if (options.suppress !== undefined) this.suppress = options.suppress;
    if (options.refused !== undefined) this.refused = options.refused;
    this.recipientOnly = options.recipientOnly ?? false;
    this.suspectsDestination = options.suspectsDestination ?? false;
  }
}

/** Returns true for a DeliveryError, even if a plugin has created the error with its own copy of this package. */
export function isDeliveryError(error: unknown): error is DeliveryError {
  if (error instanceof DeliveryError) return true;
  if (!(error instanceof Error) || error.name !== 'DeliveryError' || !('kind' in error)) return false;
  return DELIVERY_ERROR_KINDS.some((kind) => kind === error.kind);
}

/** Maximum number of causes that are searched, because a plugin can create a cycle of causes. */
const MAX_CAUSES = 5;

/**
 * Returns a DeliveryError, or the DeliveryError that caused another error. An AxiosError of `context.axios` and the errors
 * of vendors' SDKs that wrap it have such a cause.
 */
export function deliveryErrorIn(error: unknown): DeliveryError | undefined {
  let cause = error;
  for (let depth = 0; depth <= MAX_CAUSES && cause instanceof Error; depth++) {
    if (isDeliveryError(cause)) return cause;
    cause = cause.cause;
  }
  return undefined;
}
