/** Result of one check of a round. */
export interface CheckResult {
  readonly name: string;
  /** Figures for the table, by label. The table shows their sum over all rounds. */
  readonly counts: Readonly<Record<string, number>>;
  /** Figures for the table, by label. The table shows their maximum over all rounds. */
  readonly largest?: Readonly<Record<string, number>>;
  /** Number of subjects that could have violated the check. A round with 0 proves nothing. */
  readonly seen: number;
  /** Label of the number of violations, for example `out of order`. */
  readonly violation: string;
  /** Descriptions of the violations. */
  readonly violations: readonly string[];
}

/** Acknowledged event of a scenario. Lists of these events are in the order of sending. */
export interface SentEvent {
  /** Name that the sender gave the event. Messages carry it. */
  readonly ref: string;
  readonly customer: string;
}

/** Request that the receiver got. */
export interface Arrival {
  readonly destination: string;
  /** Idempotency key of the request. */
  readonly deliveryId: string;
  /** Names of the events in the message. */
  readonly refs: readonly string[];
  /** Milliseconds of the receiver's monotonic clock. */
  readonly at: number;
  /** Milliseconds since the epoch, by the receiver's clock. */
  readonly wallAt: number;
  /** `refused`: permanently rejected. `away`: the receiver answered 503. */
  readonly answer: 'accepted' | 'refused' | 'away';
  /**
   * True if the hub had closed the connection before the receiver read the request. In this case the hub sent the
   * request at least one call timeout earlier. Node.js accepts one connection per event loop turn. On a busy machine
   * the receiver may therefore read a request on a new connection seconds after a later request on a kept-alive
   * connection.
   */
  readonly abandoned: boolean;
}

/** Returns the arrivals at a destination that the receiver accepted, in order of arrival. */
export function acceptedAt(arrivals: readonly Arrival[], destination: string): readonly Arrival[] {
  return arrivals.filter((arrival) => arrival.destination === destination && arrival.answer === 'accepted');
}

/** Returns a violation for each sent event that never arrived. */
export function neverAccepted(
  sent: readonly SentEvent[],
  accepted: readonly Arrival[],
  destination: string,
): readonly string[] {
  const arrived = new Set(accepted.flatMap(({ refs }) => refs));
  return sent.filter(({ ref }) => !arrived.has(ref)).map(({ ref }) => `${ref} never arrived at ${destination}`);
}
