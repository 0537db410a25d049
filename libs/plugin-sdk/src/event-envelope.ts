import type { JsonObject } from './json.js';

/** The event a delivery belongs to, as filters, mappings and plugins see it. Never mutated. */
export interface EventEnvelope {
  /** Patchbay's own id (UUIDv7), the same for every delivery of this event. */
  readonly id: string;
  /** `pointsIssued`, `transactionAdded`, … */
  readonly type: string;
  /** The brand's name, as in its file and in URLs. */
  readonly brand: string;
  /** The name of the source it entered by. */
  readonly source: string;
  /** The customer the event is about, in the platform's own numbering; null where it names none. */
  readonly customerId: string | null;
  /** When it happened, by the source's clock: ISO 8601, UTC. Equals `receivedAt` where the source does not say. */
  readonly occurredAt: string;
  /** When Patchbay took it in: ISO 8601, UTC. */
  readonly receivedAt: string;
  /** The event's own content. */
  readonly data: JsonObject;
}
