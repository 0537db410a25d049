/** Acknowledgement of one event by the ingest endpoint. */
export interface Acknowledgement {
  /** Hub ids of the event in all 202 answers. More than one id means that the hub stored a duplicate. */
  readonly eventIds: Set<string>;
  /** True if the receiver permanently refuses messages of the event. */
  readonly refused: boolean;
}

/** Events that the hub acknowledged with 202, and answers of other kinds. */
export class Acknowledgements {
  /** Acknowledged events, by the sender's event id. */
  readonly events = new Map<string, Acknowledgement>();
  /** Answers other than 202 and 429, as `500 …`. They can make a loyalty platform drop the event permanently. */
  readonly wrongAnswers: string[] = [];
  /** Number of 429 answers. */
  busy = 0;

  note(id: string, eventId: string, refused: boolean): void {
    const known = this.events.get(id) ?? { eventIds: new Set(), refused };
    known.eventIds.add(eventId);
    this.events.set(id, known);
  }
}
