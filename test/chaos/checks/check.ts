/** Result of one check of a round. */
export interface CheckResult {
  readonly name: string;
  /** Figures that the table shows as their sum over all rounds, by label. */
  readonly counts: Readonly<Record<string, number>>;
  /** Figures that the table shows as their maximum over all rounds, by label. */
  readonly largest?: Readonly<Record<string, number>>;
  /** Number of subjects that could have violated the check. A round with 0 subjects proves nothing. */
  readonly seen: number;
  /** Label of the number of violations, for example `out of order`. */
  readonly violation: string;
  /** Descriptions of the violations, one per violation. */
  readonly violations: readonly string[];
}

/** Event of a scenario that the hub acknowledged. Lists of sent events are in the order of sending. */
export interface SentEvent {
  /** Name that the sender gave the event. The messages of the event contain the name. */
  readonly ref: string;
  readonly customer: string;
}

/** Message that the suite's receiver got. A request has one message, or the messages of a batch. */
export interface Arrival {
  readonly destination: string;
  /** Idempotency key of the request; in a batch, the name of the item. */
  readonly deliveryId: string;
  /** Names of the events in the message. */
  readonly refs: readonly string[];
  /** Number of the request, which all its messages share. */
  readonly call: number;
  /** Size of the request's body in bytes. */
  readonly bytes: number;
  /** Time of the arrival in milliseconds of the receiver's monotonic clock. */
  readonly at: number;
  /** Time of the arrival in milliseconds since the epoch, by the receiver's clock. */
  readonly wallAt: number;
  /** Answer of the receiver. `refused`: the message is permanently rejected. `away`: the receiver answered 503. */
  readonly answer: 'accepted' | 'refused' | 'away';
  /**
   * True if the hub had closed the connection before the receiver read the request. In this case the hub sent the
   * request at least one call timeout earlier. Node.js accepts one connection per event loop turn. On a busy machine
   * the receiver may therefore read a request on a new connection seconds after a later request on a kept-alive
   * connection.
   */
  readonly abandoned: boolean;
}

/** Returns the requests to a destination that the receiver accepted, in order of arrival. */
export function acceptedAt(arrivals: readonly Arrival[], destination: string): readonly Arrival[] {
  return arrivals.filter((arrival) => arrival.destination === destination && arrival.answer === 'accepted');
}

/** Returns a violation for each sent event whose message never arrived. */
export function neverAccepted(
  sent: readonly SentEvent[],
  accepted: readonly Arrival[],
  destination: string,
): readonly string[] {
  const arrived = new Set(accepted.flatMap(({ refs }) => refs));
  return sent.filter(({ ref }) => !arrived.has(ref)).map(({ ref }) => `${ref} never arrived at ${destination}`);
}
