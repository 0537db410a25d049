import type { Stopwatch } from '../clock.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { LiveConfiguration } from '../configuration/compiled-configuration.js';
import { NOT_NOW, LEASE_ENDING, type AttemptDelivery } from './attempt.js';
import type { RateReservation } from './destination-rate-limiter.js';
import type { Claims } from './claims.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { BeforeWrite } from './destination-gateway.port.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { mayStart, mayWrite } from './time-limit.js';
import type { InvalidDestinations } from './invalid-destinations.js';

/** The lease of a claim. */
export interface Lease {
  /** Started before the claim was requested. */
  readonly sinceClaim: Stopwatch;
  readonly leaseMs: number;
}

/** Permission for the calls of one attempt, in addition to its lease. */
export interface CallPermit {
  readonly reservation: RateReservation;
  /** Returns true if this process may still send to the destination. */
  readonly mayWrite: () => boolean;
}

/** Runs the attempts of claimed deliveries with the current version of their destination. */
export class AttemptRunner {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: AttemptDelivery,
    private readonly claims: Pick<Claims, 'markSending'>,
    private readonly invalidDestinations: Pick<InvalidDestinations, 'pauseIfInvalid'>,
    private readonly log: DispatcherLog,
  ) {}

  /**
   * Makes one attempt, or polls the vendor of a pending delivery. Never throws: a failure of the hub is an outcome too.
   * @returns `release` if this process must not call the destination now, or if nobody may call it any more
   */
  async run(
    delivery: ClaimedDelivery,
    lease: Lease,
    permit: CallPermit,
    signal: AbortSignal,
  ): Promise<AttemptOutcome | 'release'> {
    try {
      const destination = await this.destinationOf(delivery);
      // The destination was paused or removed after the claim. The delivery waits, or ends, with it.
      if (destination === undefined || destination.paused || destination.disabled) return 'release';
      const pausing = this.invalidDestinations.pauseIfInvalid(destination);
      if (pausing !== null) {
        await pausing;
        return 'release';
      }
      const timeLimitMs = this.attempts.timeLimitOf(destination);
      const context = {
        configuration: this.configuration.current,
        destination,
        signal,
        markSending: () => this.claims.markSending(delivery),
        mayStart: () => mayStart(lease.sinceClaim.elapsedMs, lease.leaseMs, timeLimitMs),
        beforeWrite: writeGuard(lease, permit, timeLimitMs),
        waitForRate: () => permit.reservation.waitForStart(),
      };
      const { pendingSince, externalId } = delivery;
      const outcome = await (pendingSince === null || externalId === null
        ? this.attempts.attempt(delivery, context)
        : this.attempts.poll(delivery, externalId, context));
      return outcome === NOT_NOW ? 'release' : outcome;
    } catch (error) {
      this.log.fault(error, `delivery ${delivery.id}`);
      return {
        kind: 'internal_error',
        message: 'The attempt failed within the hub. The hub retries the delivery automatically.',
      };
    }
  }

  /** Returns the destination's current record. Reloads the configuration if it is older than the claim. */
  private async destinationOf(delivery: ClaimedDelivery): Promise<DestinationRecord | undefined> {
    const known = this.configuration.current.destination(delivery.destinationId);
    const sourceKnown = this.configuration.current.source(delivery.event.sourceId) !== undefined;
    if (known !== undefined && known.version >= delivery.destinationVersion && sourceKnown) return known;
    await this.configuration.refresh();
    return this.configuration.current.destination(delivery.destinationId);
  }
}

/**
 * Checks lease, ownership and rate before each write. The first delivering request of an attempt takes the rate slot
 * after all other checks, so that a refused request uses no slot. Later requests belong to the same message.
 */
function writeGuard({ sinceClaim, leaseMs }: Lease, permit: CallPermit, timeLimitMs: number): BeforeWrite {
  const { reservation } = permit;
  return ({ delivers }) => {
    if (!mayWrite(sinceClaim.elapsedMs, leaseMs)) return LEASE_ENDING;
    if (!delivers || reservation.taken) return null;
    if (!permit.mayWrite()) return NOT_NOW;
    const milliseconds = reservation.takeWriteSlot();
    if (milliseconds === 0) return null;
    // The attempt's time limit starts after the wait.
    if (milliseconds === null || !mayStart(sinceClaim.elapsedMs + milliseconds, leaseMs, timeLimitMs)) return NOT_NOW;
    return { kind: 'delay', milliseconds };
  };
}
