/**
 * Type of the event that every system receives: Capillary's `pointsIssued`, with the fields that deliveries usually
 * read.
 */
export const EVENT_TYPE = 'pointsIssued';

/** Invented value of the header `x-bench-token`. */
export const TOKEN = 'invented-benchmark-token-0001';

const EVENT_ID = '00000000-0000-4000-8000-000000000000';
const CUSTOMER_ID = 700_100_000;
/**
 * Offset in microseconds that is added to the monotonic clock, so that every timestamp has sixteen digits. All events
 * then have the same length and share one buffer.
 */
const STAMP_BASE = 1_000_000_000_000_000;

/** Stamp of an event whose delivery the sink only counts. */
export const UNMEASURED = STAMP_BASE;

/** Returns the time in microseconds, by a clock that all processes of this machine share. */
export function stampNow() {
  const [seconds, nanoseconds] = process.hrtime();
  return STAMP_BASE + seconds * 1_000_000 + Math.round(nanoseconds / 1_000);
}

/** Creates one event in the form in which the loyalty platform sends it, about 600 bytes of JSON. */
export function sampleEvent() {
  return {
    eventName: EVENT_TYPE,
    eventId: EVENT_ID,
    orgId: 90001,
    refId: '90001_948c632dd359c10b',
    createdAt: 1750224535590,
    data: {
      sentAtUs: STAMP_BASE,
      customerIdentifiers: {
        customerId: CUSTOMER_ID,
        firstName: 'Asha',
        instore: { mobile: '919000000001', email: 'asha@example.com' },
      },
      triggeringActivity: {
        name: 'TransactionAdd',
        enteredBy: { till: { code: 'till.front' }, store: { code: 'blr01', name: 'Bengaluru One' } },
      },
      loyaltyProgramId: 3007,
      programCurrentPoints: 4312,
      programLifetimePoints: 9320,
      totalPointsIssued: 120,
      regularPointsIssued: 100,
    },
  };
}

/** Writer that puts events into one reused buffer. Each event has a different id, customer and timestamp. */
export class EventWriter {
  #bytes = Buffer.from(JSON.stringify(sampleEvent()));
  #idAt = this.#bytes.indexOf(EVENT_ID);
  #customerAt = this.#bytes.indexOf(String(CUSTOMER_ID));
  #stampAt = this.#bytes.indexOf(String(STAMP_BASE));
  #count = 0;

  /** @param run eight hexadecimal digits, unique per writer of this database */
  constructor(run) {
    this.#bytes.write(run, this.#idAt, 'latin1');
  }

  /** Returns the bytes of the next event. The bytes are valid until the next call. */
  next(stamp) {
    this.#count += 1;
    this.#bytes.write(this.#count.toString(16).padStart(12, '0'), this.#idAt + 24, 'latin1');
    this.#bytes.write(String(CUSTOMER_ID + (this.#count % 90_000)), this.#customerAt, 'latin1');
    this.#bytes.write(String(stamp), this.#stampAt, 'latin1');
    return this.#bytes;
  }
}
