/** The ingest endpoint's answer for one event of ours. */
export interface Acknowledgement {
  /** The hub's ids for it, by every 202 that named it: one, if the ingest endpoint drops duplicates. */
  readonly eventIds: Set<string>;
  /** The receiver refuses it for good. */
  readonly refused: boolean;
}

/** Everything that was acknowledged with 202, and every answer that no sender should ever get. */
export class Acknowledgements {
  /** By the sender's own event id. */
  readonly events = new Map<string, Acknowledgement>();
  /** `500 …`: an answer that is neither 202 nor 429 can make a loyalty platform drop the event for good. */
  readonly wrongAnswers: string[] = [];
  /** How often the answer was 429. */
  busy = 0;

  note(id: string, eventId: string, refused: boolean): void {
    const known = this.events.get(id) ?? { eventIds: new Set(), refused };
    known.eventIds.add(eventId);
    this.events.set(id, known);
  }
}
