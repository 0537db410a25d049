import type { Stopwatch } from '../clock.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { NOT_NOW, TOO_LATE, type AttemptDelivery } from './attempt-delivery.js';
import type { Turn } from './call-pacer.js';
import type { Claims } from './claims.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { BeforeWrite } from './destination-gateway.port.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { mayStart, mayWrite } from './time-limit.js';
import type { UnfitDestinations } from './unfit-destinations.js';

/** The lease of a claim. */
export interface Lease {
  /** Started before the claim was requested. */
  readonly watch: Stopwatch;
  readonly leaseMs: number;
}

/** Permission for one attempt's calls, besides its lease. */
export interface CallPermit {
  readonly turn: Turn;
  /** Whether the destination is still this process's to send to. */
  readonly mayWrite: () => boolean;
}

/** Has claimed deliveries tried, with their destination as it is now. */
export class TryClaimed {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: AttemptDelivery,
    private readonly claims: Pick<Claims, 'markSending'>,
    private readonly unfit: Pick<UnfitDestinations, 'pauseIfUnfit'>,
    private readonly log: DispatcherLog,
  ) {}

  /**
   * One try, or one question to a vendor that left it pending. Never throws: a fault of the hub is an outcome too.
   * @returns `handBack` if its destination is not to be sent to any more, or not now and from here
   */
  async once(
    delivery: ClaimedDelivery,
    lease: Lease,
    permit: CallPermit,
    signal: AbortSignal,
  ): Promise<AttemptOutcome | 'handBack'> {
    try {
      const destination = await this.destinationOf(delivery);
      // Paused or taken away since the claim: it waits, or ends, with the destination.
      if (destination === undefined || destination.paused || destination.disabled) return 'handBack';
      const pausing = this.unfit.pauseIfUnfit(destination);
      if (pausing !== null) {
        await pausing;
        return 'handBack';
      }
      const timeLimitMs = this.attempts.timeLimitOf(destination);
      const context = {
        configuration: this.configuration.current,
        destination,
        signal,
        markSending: () => this.claims.markSending(delivery),
        mayStart: () => mayStart(lease.watch.elapsedMs, lease.leaseMs, timeLimitMs),
        beforeWrite: writesUnder(lease, permit, timeLimitMs),
        turn: () => permit.turn.begin(),
      };
      const { pendingSince, externalId } = delivery;
      const outcome = await (pendingSince === null || externalId === null
        ? this.attempts.attempt(delivery, context)
        : this.attempts.poll(delivery, externalId, context));
      return outcome === NOT_NOW ? 'handBack' : outcome;
    } catch (error) {
      this.log.fault(error, `delivery ${delivery.id}`);
      return { kind: 'internal_error', message: 'The hub could not try this delivery; it will.' };
    }
  }

  /** The destination as it is now: the claim says how new that has to be. */
  private async destinationOf(delivery: ClaimedDelivery): Promise<DestinationRecord | undefined> {
    const known = this.configuration.current.destination(delivery.destinationId);
    const versionKnown = this.configuration.current.source(delivery.event.sourceId) !== undefined;
    if (known !== undefined && known.version >= delivery.destinationVersion && versionKnown) return known;
    await this.configuration.refresh();
    return this.configuration.current.destination(delivery.destinationId);
  }
}

/**
 * The first request of an attempt that delivers takes its slot, and takes it last: one that does not go out for another
 * reason uses none. Later ones belong to the same message.
 */
function writesUnder({ watch, leaseMs }: Lease, permit: CallPermit, timeLimitMs: number): BeforeWrite {
  const { turn } = permit;
  return ({ delivers }) => {
    if (!mayWrite(watch.elapsedMs, leaseMs)) return TOO_LATE;
    if (!delivers || turn.taken) return null;
    if (!permit.mayWrite()) return NOT_NOW;
    const milliseconds = turn.write();
    if (milliseconds === 0) return null;
    // The time limit of the attempt begins after the wait.
    if (milliseconds === null || !mayStart(watch.elapsedMs + milliseconds, leaseMs, timeLimitMs)) return NOT_NOW;
    return { kind: 'delay', milliseconds };
  };
}
