/** Result of one check of a round. */
export interface CheckResult {
  readonly name: string;
  /** Figures for the table, by their label; those of several rounds are added up. */
  readonly counts: Readonly<Record<string, number>>;
  /** Figures of which the table shows the largest of all rounds. */
  readonly largest?: Readonly<Record<string, number>>;
  /** Subjects that could have violated the check; a round with none proves nothing. */
  readonly seen: number;
  /** Label of the number of violations, for example `out of order`. */
  readonly violation: string;
  /** Violations, each in words. */
  readonly violations: readonly string[];
}

/** Event that the sender of a scenario sent, in the order of sending; each was acknowledged. */
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
  /** `taken`: the customer has the message. `refused`: for good. `away`: the receiver asked for a later attempt. */
  readonly answer: 'taken' | 'refused' | 'away';
  /**
   * The hub had already closed the connection when the receiver read the request: it was sent at least one time limit
   * earlier. Node.js accepts one connection per turn of its event loop, so on a busy machine a request on a new
   * connection may be read seconds later than one that was sent after it on a connection that is kept.
   */
  readonly abandoned: boolean;
}

/** Arrivals at one destination whose message the receiver took, in their order. */
export function takenAt(arrivals: readonly Arrival[], destination: string): readonly Arrival[] {
  return arrivals.filter((arrival) => arrival.destination === destination && arrival.answer === 'taken');
}

/** Names of sent events that no arrival carries, each as a violation. */
export function neverTaken(
  sent: readonly SentEvent[],
  taken: readonly Arrival[],
  destination: string,
): readonly string[] {
  const arrived = new Set(taken.flatMap(({ refs }) => refs));
  return sent.filter(({ ref }) => !arrived.has(ref)).map(({ ref }) => `${ref} never arrived at ${destination}`);
}
