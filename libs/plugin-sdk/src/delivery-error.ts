/**
 * What kept a message from being taken, named by what happens next.
 *
 * - `transient`: nobody has to act; the hub retries on the destination's schedule.
 * - `throttled`: the vendor asked for patience; the hub waits as told, outside the retry budget.
 * - `credentials`: the brand has to fix its credentials; the hub pauses the destination and keeps its deliveries.
 * - `rejected`: the vendor will never take this message; the delivery becomes a dead letter.
 * - `mapping`: the message does not fit; nothing was sent; the delivery becomes a dead letter.
 * - `unconfirmed`: the request was sent and the answer was lost; the destination's policy decides (retry or hold).
 */
export const DELIVERY_ERROR_KINDS = [
  'transient',
  'throttled',
  'credentials',
  'rejected',
  'mapping',
  'unconfirmed',
] as const;

/** See {@link DELIVERY_ERROR_KINDS}. A closed set: a plugin never invents a kind. */
export type DeliveryErrorKind = (typeof DELIVERY_ERROR_KINDS)[number];

/** What the vendor answered, bounded and as text. The host redacts it before it is recorded. */
export interface VendorResponse {
  readonly status: number;
  /** At most 4,096 characters. */
  readonly body?: string | undefined;
}

/** Details of a {@link DeliveryError}; `undefined` is the same as left out. */
export interface DeliveryErrorOptions {
  /** How long the vendor asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly response?: VendorResponse | undefined;
  /** The vendor's own error code, e.g. Twilio's `21211`. */
  readonly vendorCode?: string | undefined;
  /** True where the whole destination is gone for good (HTTP 410): the hub pauses it. */
  readonly disableDestination?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * The one way for a plugin to say that the vendor did not take a message.
 *
 * The message is for the person who must act: what happened and how to fix it, without secrets and without personal
 * values.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retryAfterMs?: number;
  readonly response?: VendorResponse;
  readonly vendorCode?: string;
  readonly disableDestination: boolean;

  constructor(
    readonly kind: DeliveryErrorKind,
    message: string,
    options: DeliveryErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.response !== undefined) this.response = options.response;
    if (options.vendorCode !== undefined) this.vendorCode = options.vendorCode;
    this.disableDestination = options.disableDestination ?? false;
  }
}

/** Whether an error is a DeliveryError, of this copy of the package or of another one that a plugin brought along. */
export function isDeliveryError(error: unknown): error is DeliveryError {
  if (error instanceof DeliveryError) return true;
  if (!(error instanceof Error) || error.name !== 'DeliveryError' || !('kind' in error)) return false;
  return DELIVERY_ERROR_KINDS.some((kind) => kind === error.kind);
}
