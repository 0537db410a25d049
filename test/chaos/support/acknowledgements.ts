/** Acknowledgement of one event by the ingest endpoint. */
export interface Acknowledgement {
  /** Ids that the hub gave the event in all 202 answers. More than one id means that the hub stored a duplicate. */
  readonly eventIds: Set<string>;
  /** True if the receiver permanently refuses the messages of the event. */
  readonly refused: boolean;
}

/** Events that the hub acknowledged with 202, and all other answers of the ingest endpoint. */
export class Acknowledgements {
  /** Acknowledged events, by the id that the sender gave the event. */
  readonly events = new Map<string, Acknowledgement>();
  /**
   * Answers other than 202 and 429, each as a text such as `500 …`. After such an answer, a loyalty platform may drop
   * the event permanently.
   */
  readonly wrongAnswers: string[] = [];
  /** Number of answers 429. */
  busy = 0;

  note(id: string, eventId: string, refused: boolean): void {
    const known = this.events.get(id) ?? { eventIds: new Set(), refused };
    known.eventIds.add(eventId);
    this.events.set(id, known);
  }
}
