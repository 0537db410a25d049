import type { JsonObject } from './json.js';

/** Event of a delivery, as filters, mappings and plugins read it. An event never changes. */
export interface EventEnvelope {
  /** Patchbay's own id (UUIDv7), identical for every delivery of this event. */
  readonly id: string;
  /** Event type, for example `pointsIssued` or `transactionAdded`. */
  readonly type: string;
  /** Name of the brand, as in its file and in URLs. */
  readonly brand: string;
  /** Name of the source that received the event. */
  readonly source: string;
  /** The customer's id on the brand's platform. Null if the event names no customer. */
  readonly customerId: string | null;
  /**
   * Time when the event happened, by the source's clock: ISO 8601, UTC. Equals `receivedAt` if the source sends no
   * time.
   */
  readonly occurredAt: string;
  /** Time when Patchbay received the event: ISO 8601, UTC. */
  readonly receivedAt: string;
  /** Content of the event. */
  readonly data: JsonObject;
}
