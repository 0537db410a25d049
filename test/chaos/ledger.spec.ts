import { describe, expect, it } from '@jest/globals';
import { BATCHED, DESTINATIONS } from './support/brand.js';
import { compareRecords, type Records, type StoredDelivery } from './support/ledger.js';

/** Creates records of one event that was delivered once to each destination. */
function clean(): { -readonly [K in keyof Records]: Records[K] } & { deliveries: StoredDelivery[] } {
  const deliveries = DESTINATIONS.map((destination) => ({
    id: `delivery to ${destination}`,
    eventId: 'event',
    destination,
    state: 'succeeded',
    reason: null,
    attempts: [{ at: 1_000, outcome: 'accepted', message: null, direct: destination === 'retries-1' }],
    replay: null,
  }));
  return {
    acknowledged: new Map([['one', { eventIds: new Set(['event']), refused: false }]]),
    accepted: new Map(deliveries.map(({ id }) => [id, { eventId: 'event', at: [1_000] }])),
    storedEvents: new Set(['event']),
    deliveries,
    replays: [],
    leasesEnded: new Map(),
  };
}

const HELD = 'delivery to holds-1';
const RETRIED = 'delivery to retries-1';

/** Creates the records of {@link clean} with one changed delivery. */
function changed(id: string, change: Partial<StoredDelivery>): ReturnType<typeof clean> {
  const records = clean();
  records.deliveries = records.deliveries.map((delivery) =>
    delivery.id === id ? { ...delivery, ...change } : delivery,
  );
  return records;
}

function acceptedTwice(id: string, records = clean()): ReturnType<typeof clean> {
  records.accepted = new Map([...records.accepted, [id, { eventId: 'event', at: [1_000, 2_000] }]]);
  return records;
}

describe('the comparison of the three records', () => {
  it('reports nothing if everything was sent once', () => {
    expect(compareRecords(clean())).toEqual({
      acknowledged: 1,
      delivered: DESTINATIONS.length,
      fromMemory: 1,
      dead: 0,
      held: 0,
      sentTwice: 0,
      mayBeSentTwice: 0,
      lost: [],
      wrong: [],
    });
  });

  it.each([
    ['an acknowledged event that is not stored', { ...clean(), storedEvents: new Set<string>() }],
    [
      'a missing delivery',
      { ...clean(), deliveries: clean().deliveries.slice(1), accepted: new Map([...clean().accepted].slice(1)) },
    ],
    ['a delivery that still waits', changed(HELD, { state: 'scheduled' })],
    ['a delivery that the receiver never got', { ...clean(), accepted: new Map([...clean().accepted].slice(1)) }],
    [
      'a dead letter that the receiver did not refuse',
      changed(RETRIED, { state: 'dead', reason: 'retries exhausted' }),
    ],
    ['a delivery that is held instead of retried', changed(RETRIED, { state: 'unconfirmed' })],
  ])('reports %s', (_what, records) => {
    expect(compareRecords(records).lost).toHaveLength(1);
  });

  it('accepts a message of a batch that waits for a person, because the batch cannot be repeated', () => {
    expect(compareRecords(changed(`delivery to ${BATCHED}`, { state: 'unconfirmed' }))).toMatchObject({
      held: 1,
      lost: [],
    });
  });

  describe('of a replay', () => {
    const replay = { id: 'replay', state: 'done', destination: 'holds-1', eventIds: new Set(['event']) };
    /** Creates records in which a replay delivered the event once more to one destination. */
    function replayed(): ReturnType<typeof clean> {
      const records = clean();
      const again = records.deliveries.find(({ id }) => id === HELD);
      if (again === undefined) throw new Error(`There is no delivery "${HELD}".`);
      records.deliveries.push({ ...again, id: 'again', replay: 'replay' });
      records.accepted = new Map([...records.accepted, ['again', { eventId: 'event', at: [2_000] }]]);
      records.replays = [replay];
      return records;
    }

    it('reports nothing if each delivery was created once', () => {
      expect(compareRecords(replayed())).toMatchObject({ delivered: DESTINATIONS.length + 1, lost: [], wrong: [] });
    });

    it('reports a delivery that is missing or was created twice, and a replay that has not ended', () => {
      const missing = { ...replayed(), deliveries: clean().deliveries, accepted: clean().accepted };
      expect(compareRecords(missing).lost).toEqual(['event one to holds-1 by replay replay: it has no delivery']);
      const twice = replayed();
      const made = twice.deliveries.at(-1);
      if (made !== undefined) twice.deliveries.push({ ...made, id: 'and again' });
      expect(compareRecords(twice).lost).toEqual(['event one to holds-1 by replay replay: it has 2 deliveries']);
      expect(compareRecords({ ...replayed(), replays: [{ ...replay, state: 'running' }] }).lost).toEqual([
        'replay replay is running',
      ]);
    });
  });

  it('accepts a dead letter only if the receiver refused the event', () => {
    const records = clean();
    records.acknowledged = new Map([['one', { eventIds: new Set(['event']), refused: true }]]);
    // The receiver could only refuse whole batches, so it refuses none.
    records.deliveries = records.deliveries.map((delivery) =>
      delivery.destination === BATCHED ? delivery : { ...delivery, state: 'dead', reason: 'rejected' },
    );
    expect(compareRecords(records)).toMatchObject({ dead: 4, lost: [] });
    records.deliveries = clean().deliveries;
    expect(compareRecords(records).lost).toHaveLength(4);
  });

  it('never allows a repeat if the destination holds unconfirmed deliveries', () => {
    const records = acceptedTwice(HELD, changed(HELD, { state: 'unconfirmed' }));
    records.leasesEnded = new Map([[HELD, 3]]);
    expect(compareRecords(records)).toMatchObject({ held: 1, sentTwice: 1, wrong: [expect.stringContaining(HELD)] });
  });

  it('allows a repeat per ended lease and per unconfirmed attempt if the destination retries', () => {
    expect(compareRecords(acceptedTwice(RETRIED)).wrong).toHaveLength(1);
    const ended = acceptedTwice(RETRIED);
    ended.leasesEnded = new Map([[RETRIED, 1]]);
    expect(compareRecords(ended)).toMatchObject({ sentTwice: 1, mayBeSentTwice: 1, wrong: [] });
    const attempts = [
      { at: 1_000, outcome: 'unconfirmed', message: null, direct: true },
      { at: 2_000, outcome: 'accepted', message: null, direct: false },
    ];
    expect(compareRecords(acceptedTwice(RETRIED, changed(RETRIED, { attempts })))).toMatchObject({
      mayBeSentTwice: 1,
      wrong: [],
    });
  });

  it('reports an event that was acknowledged with two ids, and a message of an unknown delivery', () => {
    const records = clean();
    records.acknowledged = new Map([['one', { eventIds: new Set(['event', 'again']), refused: false }]]);
    records.accepted = new Map([...records.accepted, ['stranger', { eventId: 'event', at: [1_000] }]]);
    expect(compareRecords(records).wrong).toHaveLength(2);
  });
});
