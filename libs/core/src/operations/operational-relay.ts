import type { Clock } from '../clock.js';
import type { CompiledConfiguration, LiveConfiguration } from '../configuration/compiled-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { uuidV7 } from '../ids.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import { prepareEvent } from '../ingest/prepare-event.js';
import { toOperationalEvent } from './to-operational-event.js';
import type { OutboxEntry, OperationalOutbox, PreparedEvents } from './operational-outbox.port.js';

/** Bounds of the {@link OperationalRelay}. */
export interface OperationalRelayOptions {
  /** Maximum entries per call. */
  readonly batch: number;
  /** Minimum time between two publications of the same scope, in milliseconds. */
  readonly intervalMs: number;
}

/** Publisher of outbox entries as operational events, which are matched, stored and delivered like other events. */
export class OperationalRelay {
  constructor(
    private readonly outbox: OperationalOutbox,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly options: OperationalRelayOptions,
    private readonly onFault: Parameters<OperationalOutbox['relay']>[2],
  ) {}

  /** Publishes at most `batch` entries. @returns the number of stored events */
  async once(): Promise<number> {
    const { batch: limit, intervalMs } = this.options;
    const prepare = (entries: readonly OutboxEntry[]): PreparedEvents => {
      const configuration = this.configuration.current;
      return {
        revision: configuration.revision,
        events: entries.flatMap((entry) => this.eventOf(entry, configuration)),
      };
    };
    const stored = await this.outbox.relay({ limit, intervalMs }, prepare, this.onFault);
    if (stored === 'stale') {
      await this.configuration.refresh();
      return 0;
    }
    for (const { deliveries } of stored) {
      for (const { destinationId } of deliveries) this.wakeUps.wake(destinationId);
    }
    return stored.length;
  }

  /** Makes the event of an entry. Empty if the brand was deleted. */
  private eventOf(entry: OutboxEntry, configuration: CompiledConfiguration): NewEvent[] {
    const source = configuration.operationalSource(entry.brandId);
    if (source === undefined) return [];
    const receivedAt = this.clock.now();
    const received = {
      id: uuidV7(receivedAt),
      receivedAt,
      brandName: source.brand.name,
      sourceName: source.record.name,
      content: { kind: 'event', event: toOperationalEvent(entry, configuration) },
    } as const;
    return [prepareEvent(received, source, configuration)];
  }
}
