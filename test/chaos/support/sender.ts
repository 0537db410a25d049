import { Acknowledgements } from './acknowledgements.js';
import { IngestEndpoint } from './ingest-endpoint.js';
import { refOf } from './received-message.js';
import type { SeededRandom } from './seeded-random.js';

interface OutboundEvent {
  readonly id: string;
  readonly refused: boolean;
}

export interface SenderOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly random: SeededRandom;
  /** Starts the ids of this sender's events: no two senders may share it. */
  readonly prefix: string;
}

const CALLS_AT_A_TIME = 4;
const LARGEST_CALL = 25;
const PAUSE_MS = 50;
/** One event in so many is refused by the receiver, and has to end as a dead letter. */
const REFUSED = 0.03;
const REPEATED = 0.05;

/**
 * A loyalty platform: sends each event until it is acknowledged, in no particular order, and now and then one that it has
 * sent before.
 */
export class Sender {
  readonly acknowledgements = new Acknowledgements();
  private readonly pending: OutboundEvent[] = [];
  private readonly acknowledged: OutboundEvent[] = [];
  private readonly calls = new Set<Promise<void>>();
  private made = 0;
  private stopped = false;

  private readonly endpoint: IngestEndpoint;

  constructor(private readonly options: SenderOptions) {
    this.endpoint = new IngestEndpoint(options.url, options.headers, this.acknowledgements);
  }

  /** Events made so far, acknowledged or not. */
  get events(): number {
    return this.made;
  }

  /** Events that were made and not acknowledged so far. */
  get unacknowledged(): number {
    return this.made - this.acknowledgements.events.size;
  }

  /** Makes new events and sends them. */
  make(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.made += 1;
      const refused = this.options.random.chance(REFUSED);
      this.pending.push({ id: refOf(this.options.prefix, refused ? 'refused' : 'event', this.made), refused });
    }
    this.pump();
  }

  /** Sends again what has been acknowledged, the newest first, mixed with what has not: duplicates in disorder. */
  repeat(count: number): void {
    this.pending.push(...this.acknowledged.slice(-count), ...this.pending.slice(0, count));
    this.pump();
  }

  /** Resolves when everything that was made is acknowledged. */
  async finished(): Promise<void> {
    while (this.calls.size > 0) await Promise.all(this.calls);
  }

  /** Gives up on what is not acknowledged yet. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.finished();
  }

  private pump(): void {
    while (!this.stopped && this.calls.size < CALLS_AT_A_TIME && this.pending.length > 0) {
      const call = this.call(this.draw()).finally(() => {
        this.calls.delete(call);
        this.pump();
      });
      this.calls.add(call);
    }
  }

  private draw(): readonly OutboundEvent[] {
    const { random } = this.options;
    const size = Math.min(random.between(1, LARGEST_CALL), this.pending.length);
    const drawn: OutboundEvent[] = [];
    while (drawn.length < size) drawn.push(...this.pending.splice(random.between(0, this.pending.length - 1), 1));
    if (random.chance(REPEATED)) drawn.push(random.pick(drawn));
    return drawn;
  }

  private async call(events: readonly OutboundEvent[]): Promise<void> {
    const eventIds = await this.endpoint.post(events.map(bodyOf));
    if (eventIds === undefined) {
      this.pending.push(...events.filter(({ id }) => !this.acknowledgements.events.has(id)));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return;
    }
    events.forEach((event, index) => {
      const eventId = eventIds[index];
      if (eventId === undefined) this.acknowledgements.wrongAnswers.push('202 that does not name every event');
      else this.acknowledgements.note(event.id, eventId, event.refused);
    });
    this.acknowledged.push(...events);
  }
}

function bodyOf({ id }: OutboundEvent): object {
  return {
    id,
    type: 'pointsIssued',
    customerId: `c-${id.slice(-2)}`,
    occurredAt: '2026-11-24T10:00:00Z',
    data: { totalPointsIssued: 10, ref: id },
  };
}
