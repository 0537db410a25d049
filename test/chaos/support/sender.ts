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
  /** Prefix of the events' ids, unique per sender. */
  readonly prefix: string;
}

const CALLS_AT_A_TIME = 4;
const LARGEST_CALL = 25;
const PAUSE_MS = 50;
/** Share of the events whose messages the receiver refuses. Their deliveries must become dead letters. */
const REFUSED = 0.03;
/** Share of the calls that contain one event twice. */
const REPEATED = 0.05;

/**
 * Simulated loyalty platform. Sends each event until the hub acknowledges it, in random order, and sends some events
 * twice.
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

  /** Number of events that the sender has created so far. */
  get events(): number {
    return this.made;
  }

  /** Number of created events that the hub has not acknowledged. */
  get unacknowledged(): number {
    return this.made - this.acknowledgements.events.size;
  }

  /** Creates and sends new events. */
  make(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.made += 1;
      const refused = this.options.random.chance(REFUSED);
      this.pending.push({ id: refOf(this.options.prefix, refused ? 'refused' : 'event', this.made), refused });
    }
    this.pump();
  }

  /**
   * Sends the newest acknowledged events and some unacknowledged events again, mixed with new events in random order.
   */
  repeat(count: number): void {
    this.pending.push(...this.acknowledged.slice(-count), ...this.pending.slice(0, count));
    this.pump();
  }

  /** Resolves when the hub has acknowledged all created events. */
  async finished(): Promise<void> {
    while (this.calls.size > 0) await Promise.all(this.calls);
  }

  /** Stops sending, and resolves when the current calls have ended. */
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
      if (eventId === undefined) this.acknowledgements.wrongAnswers.push('202 without the ids of all events');
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
