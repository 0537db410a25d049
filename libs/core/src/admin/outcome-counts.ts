/** Numbers of deliveries, or of the latest deliveries of an event, per outcome. */
export interface DeliveryOutcomes {
  /** Accepted by the vendor. */
  readonly delivered: number;
  /** Dead letters, and deliveries whose answer was lost. */
  readonly failed: number;
  /** Waiting or on hold. */
  readonly waiting: number;
  /** Suppressed, superseded or cancelled. */
  readonly notSent: number;
  /** Merged into the digest of a later event. */
  readonly merged: number;
}

/** Numbers of the latest deliveries of an event per outcome. */
export interface EventOutcomes extends DeliveryOutcomes {
  /** Part of `delivered`: messages that did not arrive, according to the vendor. */
  readonly undelivered: number;
}
