import type { Stopwatch } from '../clock.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import { TOO_LATE, type AttemptDelivery } from './attempt-delivery.js';
import type { Claims } from './claims.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { mayStart, mayWrite } from './time-limit.js';

/** The lease of a claim. */
export interface Lease {
  /** Started before the claim was requested. */
  readonly watch: Stopwatch;
  readonly leaseMs: number;
}

/** Has claimed deliveries tried, with their destination as it is now. */
export class TryClaimed {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly attempts: AttemptDelivery,
    private readonly claims: Pick<Claims, 'markSending'>,
    private readonly log: DispatcherLog,
  ) {}

  /**
   * One try, or one question to a vendor that left it pending. Never throws: a fault of the hub is an outcome too.
   * @returns `handBack` where its destination is not to be sent to any more
   */
  async once(delivery: ClaimedDelivery, lease: Lease, signal: AbortSignal): Promise<AttemptOutcome | 'handBack'> {
    try {
      const destination = await this.destinationOf(delivery);
      // Paused or taken away since the claim: it waits, or ends, with the destination.
      if (destination === undefined || destination.paused || destination.disabled) return 'handBack';
      const timeLimitMs = this.attempts.timeLimitOf(destination);
      const context = {
        configuration: this.configuration.current,
        destination,
        signal,
        markSending: () => this.claims.markSending(delivery),
        mayStart: () => mayStart(lease.watch.elapsedMs, lease.leaseMs, timeLimitMs),
        beforeWrite: () => (mayWrite(lease.watch.elapsedMs, lease.leaseMs) ? null : TOO_LATE),
      };
      const { pendingSince, externalId } = delivery;
      return pendingSince === null || externalId === null
        ? await this.attempts.attempt(delivery, context)
        : await this.attempts.poll(delivery, externalId, context);
    } catch (error) {
      this.log.fault(error, `delivery ${delivery.id}`);
      return { kind: 'ownFault', message: 'The hub could not try this delivery; it will.' };
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
