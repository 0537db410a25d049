import type { Clock } from '../clock.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { uuidV7 } from '../ids.js';
import type { EventOrigin } from './event-origin.js';
import type { GroupCommit, IngestedEvent } from './group-commit.js';
import type { IngestAdmission } from './ingest-admission.js';
import type { ReceivedEvent } from './prepare-event.js';

/** Dependencies of {@link BackgroundIngest}. */
export interface BackgroundIngestDependencies {
  /** Group commit of background events only, so that no live event waits for their commit. */
  readonly groups: Pick<GroupCommit, 'add'>;
  readonly admission: Pick<IngestAdmission, 'reserveBackground'>;
  readonly wakeUps: Pick<WakeUps, 'wake'>;
  readonly clock: Clock;
}

/** Source and origin of background events. */
export interface BackgroundEvents {
  readonly source: CompiledSource;
  readonly origin: EventOrigin;
}

/** Ingest of events that did not arrive in a call. An `ImportPace` decides when they may be stored. */
export class BackgroundIngest {
  constructor(
    private readonly parts: BackgroundIngestDependencies,
    private readonly events: BackgroundEvents,
    /** Waits a short time for capacity. Throws to give up. */
    private readonly lookAgain: () => Promise<void>,
  ) {}

  /**
   * Stores events in one commit, and schedules the destinations of their deliveries.
   * @returns one outcome per content, in order
   */
  async store(contents: readonly ReceivedEvent['content'][]): Promise<readonly IngestedEvent[]> {
    const { groups, admission, wakeUps } = this.parts;
    const { source, origin } = this.events;
    let reservation = admission.reserveBackground(origin.id, contents.length);
    for (; reservation === null; reservation = admission.reserveBackground(origin.id, contents.length))
      await this.lookAgain();
    try {
      const outcome = await groups.add({ source, events: this.received(contents), isAdmitted: () => true });
      if (outcome.kind === 'failed') throw outcome.error;
      // The next turn ends the work.
      if (outcome.kind === 'sourceGone') throw new Error('The source of imported events was deleted or disabled.');
      for (const destinationId of outcome.destinationIds) wakeUps.wake(destinationId);
      return outcome.events;
    } finally {
      reservation.release();
    }
  }

  /** Returns one event per content, with ids in the same order. */
  private received(contents: readonly ReceivedEvent['content'][]): readonly ReceivedEvent[] {
    const { source, origin } = this.events;
    const receivedAt = this.parts.clock.now();
    return contents.map((content, index) => ({
      id: uuidV7(receivedAt, index),
      receivedAt,
      brandName: source.brand.name,
      sourceName: source.record.name,
      content,
      origin,
    }));
  }
}
