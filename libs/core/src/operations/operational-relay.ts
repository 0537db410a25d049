import type { Clock } from '../clock.js';
import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { uuidV7 } from '../ids.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import { prepareEvent } from '../ingest/prepare-event.js';
import { describeNote } from './describe-note.js';
import type { OperationalNote, OperationalNotes, PreparedNotes } from './operational-notes.port.js';

/** Bounds of the {@link OperationalRelay}. */
export interface OperationalRelayOptions {
  /** Notes taken at a time. */
  readonly batch: number;
  /** Alike notes are told at most once in this time, in milliseconds. */
  readonly quietMs: number;
}

/** Makes events of what was noted, and sends them the way of all events: matched, stored, delivered. */
export class OperationalRelay {
  constructor(
    private readonly notes: OperationalNotes,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly options: OperationalRelayOptions,
    private readonly onFault: Parameters<OperationalNotes['relay']>[2],
  ) {}

  /** Tells what waits to be told, a bounded number of notes. @returns how many events it stored */
  async once(): Promise<number> {
    const { batch: limit, quietMs } = this.options;
    const prepare = (notes: readonly OperationalNote[]): PreparedNotes => {
      const configuration = this.configuration.current;
      return { revision: configuration.revision, events: notes.flatMap((note) => this.eventOf(note, configuration)) };
    };
    const stored = await this.notes.relay({ limit, quietMs }, prepare, this.onFault);
    if (stored === 'stale') {
      await this.configuration.refresh();
      return 0;
    }
    for (const { deliveries } of stored) {
      for (const { destinationId } of deliveries) this.wakeUps.wake(destinationId);
    }
    return stored.length;
  }

  /** None where the brand has gone: there is nobody to tell. */
  private eventOf(note: OperationalNote, configuration: CompiledConfiguration): NewEvent[] {
    const source = configuration.operationalSource(note.brandId);
    if (source === undefined) return [];
    const receivedAt = this.clock.now();
    const received = {
      id: uuidV7(receivedAt),
      receivedAt,
      brandName: source.brand.name,
      sourceName: source.record.name,
      content: { kind: 'event', event: describeNote(note, configuration) },
    } as const;
    return [prepareEvent(received, source, configuration)];
  }
}
