import { Stopwatch } from '../clock.js';
import type { ConfigurationRecords } from '../configuration/configuration-snapshot.js';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { AttemptDelivery } from '../delivery/attempt.js';
import { MessageBuilder, type MessageBuilderParts } from '../delivery/build-message.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import type { DestinationGateway } from '../delivery/destination-gateway.port.js';
import { Destinations, StoredValuesCheck } from '../delivery/destinations.js';
import { WorkerRing } from '../delivery/worker-ring.js';
import type { SuppressionList } from '../suppressions/suppression-list.js';
import { NO_SUPPRESSIONS } from './no-suppressions.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { loadedStore } from './loaded-store.js';

/** Delivery to attempt, and all data from which its message is built. */
export interface AttemptFixture extends Omit<MessageBuilderParts, 'gateway' | 'suppressions'> {
  /** Suppression list; empty if left out. */
  readonly suppressions?: Pick<SuppressionList, 'stopped' | 'report'>;
  readonly delivery: ClaimedDelivery;
  readonly records: ConfigurationRecords;
  readonly adapter: SourceAdapter;
  readonly gateway: DestinationGateway;
  /** Function that is called when the delivery is marked as being sent. */
  readonly onMark?: () => void;
  /** Function that receives faults of the hub. If left out, a fault rejects the attempt. */
  readonly onFault?: (error: unknown) => void;
}

/** Attempts a delivery under a new lease and without a rate limit. */
export async function attemptOnce(fixture: AttemptFixture): Promise<AttemptOutcome> {
  const { delivery, records, adapter, gateway, onMark = () => undefined } = fixture;
  const configuration = new LiveConfiguration(
    loadedStore(() => records),
    new Map([[adapter.name, adapter]]),
  );
  await configuration.refresh();
  const ring = new WorkerRing('me');
  const health = { breakerOf: () => undefined };
  const destinations = new Destinations({ configuration, gateway, health, ring, defaultConcurrency: 1 });
  const attempts = new AttemptDelivery({
    configuration,
    destinations,
    storedValues: new StoredValuesCheck(gateway),
    paused: { pauseSeqs: new Map() },
    invalidDestinations: { pause: () => Promise.resolve() },
    claims: {
      marks: {
        add: () => {
          onMark();
          return Promise.resolve(true);
        },
      },
    },
    ring,
    messages: new MessageBuilder({ ...fixture, suppressions: fixture.suppressions ?? NO_SUPPRESSIONS }),
    gateway,
    statusCallbackUrl: () => undefined,
    suppressions: fixture.suppressions ?? NO_SUPPRESSIONS,
    log: {
      fault:
        fixture.onFault ??
        ((error) => {
          throw error;
        }),
    },
  });
  const { leaseMs } = destinations.find(delivery.destinationId);
  const lease = { sinceClaim: new Stopwatch(), leaseMs };
  const outcome = await attempts.attempt(delivery, { lease, reservation: null, signal: new AbortController().signal });
  if (outcome === 'release') throw new Error('The delivery was released.');
  return outcome;
}
