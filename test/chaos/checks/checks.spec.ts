import { describe, expect, it } from '@jest/globals';
import { checkBatches } from './batches.js';
import { checkCaps } from './caps.js';
import type { Arrival, SentEvent } from './check.js';
import { checkDigests } from './digests.js';
import { checkFallbacks, type FallbackRecords, deliveriesWithLostAnswer } from './fallbacks.js';
import { checkOrder } from './order.js';
import { checkQuietHours } from './quiet-hours.js';
import { checkRates } from './rates.js';
import { checkStalls } from './stalls.js';
import { checkUnconfirmed } from './unconfirmed.js';
import { checkWithoutRedis } from './without-redis.js';

const AT = 'shop';
const NONE: ReadonlyMap<string, number> = new Map();

/** Creates arrivals 10 ms apart, from the names of events. By default each event has its own delivery. */
function arrivals(...each: readonly (string | Partial<Arrival>)[]): readonly Arrival[] {
  return each.map((one, index) => {
    const given = typeof one === 'string' ? { refs: [one] } : one;
    const refs = given.refs ?? [];
    return {
      destination: AT,
      deliveryId: `of ${refs.join(' ')}`,
      refs,
      call: index,
      bytes: 100,
      at: index * 10,
      wallAt: index * 10,
      answer: 'accepted',
      abandoned: false,
      ...given,
    };
  });
}

/** Creates sent events of one customer, in the order of sending. */
function sent(...refs: readonly string[]): readonly SentEvent[] {
  return refs.map((ref) => ({ ref, customer: 'ann' }));
}

describe('the check of order', () => {
  const check = (came: readonly Arrival[], leasesEnded = NONE) =>
    checkOrder({
      destination: AT,
      sent: [...sent('a', 'b'), { ref: 'x', customer: 'bob' }],
      arrivals: came,
      leasesEnded,
    });

  it('accepts messages in order, repeats of the newest message, and any order between customers', () => {
    expect(check(arrivals('x', 'a', 'a', 'b'))).toMatchObject({ counts: { keys: 2, messages: 3 }, violations: [] });
  });

  it('reports an older message after a newer one', () => {
    expect(check(arrivals('b', 'a', 'x')).violations).toEqual(['a of ann arrived after b']);
  });

  it('ignores a message that the receiver did not accept', () => {
    const came = arrivals({ refs: ['b'], answer: 'away' }, 'a', 'b', 'x');
    expect(check(came).violations).toEqual([]);
  });

  it('accepts a late repeat only as often as the suite ended the lease', () => {
    const came = arrivals('a', 'b', 'a', 'x');
    expect(check(came).violations).toEqual(['a of ann (delivery of a) arrived again after b']);
    expect(check(came, new Map([['of a', 1]])).violations).toEqual([]);
    expect(check([...came, ...arrivals('a')], new Map([['of a', 1]])).violations).toHaveLength(1);
  });

  it('accepts a late repeat of an abandoned request, but not a late first arrival', () => {
    const late = { refs: ['a'], abandoned: true };
    expect(check(arrivals('a', 'b', late, 'x')).violations).toEqual([]);
    expect(check(arrivals('a', 'b', late, 'a', 'x')).violations).toHaveLength(1);
    expect(check(arrivals('b', late, 'x')).violations).toEqual(['a of ann arrived after b']);
  });

  it('reports a message that never arrived', () => {
    expect(check(arrivals('a', 'x')).violations).toEqual(['b never arrived at shop']);
  });
});

describe('the check of batches', () => {
  const limits = { size: 3, bytes: 1_000 };
  const check = (...came: readonly Partial<Arrival>[]) =>
    checkBatches({
      destinations: [AT, 'other'],
      sent: [...sent('a', 'b'), { ref: 'x', customer: 'bob' }],
      arrivals: arrivals(...came),
      limits,
    });
  const item = (ref: string, call: number, more: Partial<Arrival> = {}): Partial<Arrival> => ({
    ...{ refs: [ref], call },
    ...more,
  });

  it('accepts full calls with one message per customer, and counts them', () => {
    expect(
      check(item('a', 1), item('x', 1), item('b', 2), { refs: ['y'], call: 3, destination: 'none' }),
    ).toMatchObject({
      counts: { calls: 2, messages: 3 },
      largest: { 'most messages (of 3)': 2, 'most bytes (of 1000)': 100 },
      seen: 1,
      violations: [],
    });
  });

  it('accepts a repeated batch, and a repeat after a newer message', () => {
    const batch = [item('a', 1), item('x', 1)];
    expect(
      check(...batch, ...batch.map((one) => ({ ...one, call: 2 })), item('b', 3), item('a', 4)).violations,
    ).toEqual([]);
  });

  it('reports a call with too many messages or bytes', () => {
    const many = ['1', '2', '3', '4'].map((ref) => item(ref, 1));
    expect(check(...many).violations).toEqual(['call 1 to shop has 4 messages; 3 are allowed']);
    expect(check(item('a', 1, { bytes: 1_001 })).violations).toEqual([
      'call 1 to shop has 1001 bytes; 1000 are allowed',
    ]);
  });

  it('reports two messages of a customer in one call, also if the receiver refused the call', () => {
    const both = [item('a', 1), item('b', 1)];
    expect(check(...both).violations).toEqual(['call 1 to shop has two messages of ann: a and b']);
    expect(check(...both.map((one) => ({ ...one, answer: 'away' as const }))).violations).toHaveLength(1);
  });

  it('reports an older message that first arrives after a newer one', () => {
    expect(check(item('b', 1), item('x', 1), item('a', 2)).violations).toEqual(['a of ann arrived at shop after b']);
    expect(check(item('b', 1, { answer: 'away' }), item('a', 2), item('b', 3)).violations).toEqual([]);
  });
});

describe('the check of rates', () => {
  const limits = { ratePerSecond: 2, burst: 1, concurrency: 1 };
  const every = (milliseconds: number, count: number): readonly Arrival[] =>
    arrivals(...Array.from({ length: count }, (_, index) => ({ refs: [`${index}`], at: index * milliseconds })));

  it('accepts the exact rate, and counts the window with the most calls', () => {
    expect(checkRates(AT, every(500, 40), limits)).toMatchObject({
      largest: { 'most in 10 s (of 22)': 20 },
      violations: [],
    });
  });

  it('accepts calls that a stalled receiver reads at once', () => {
    expect(checkRates(AT, every(1, 22), limits).violations).toEqual([]);
  });

  it('reports a rate slightly above the limit', () => {
    expect(checkRates(AT, every(400, 40), limits).violations).toEqual([
      'shop got 25 calls within 10 s from 0 ms; 22 are allowed',
    ]);
  });

  it('counts refused calls, and ignores other destinations', () => {
    const refused = every(100, 25).map((one): Arrival => ({ ...one, answer: 'refused' }));
    expect(checkRates(AT, refused, limits).violations).toHaveLength(1);
    expect(checkRates('other', refused, limits)).toMatchObject({ seen: 0, violations: [] });
  });
});

describe('the check of quiet hours', () => {
  const check = (...came: readonly Partial<Arrival>[]) =>
    checkQuietHours({
      quiet: AT,
      sentInQuietHours: sent('night'),
      awake: 'cafe',
      sentAwake: sent('day'),
      arrivals: arrivals({ refs: ['day'], destination: 'cafe', wallAt: 150 }, ...came),
      from: 100,
      to: 200,
    });

  it('accepts no messages, and messages before and after quiet hours', () => {
    expect(check().violations).toEqual([]);
    expect(check({ refs: ['night'], wallAt: 99 }, { refs: ['night'], wallAt: 200 }).violations).toEqual([]);
  });

  it('reports a message in quiet hours, even if the receiver refuses it', () => {
    expect(check({ refs: ['night'], wallAt: 100 }).violations).toHaveLength(1);
    expect(check({ refs: ['night'], wallAt: 199, answer: 'refused' }).violations).toHaveLength(1);
  });

  it('reports a message that was held outside quiet hours', () => {
    const held = checkQuietHours({
      quiet: AT,
      sentInQuietHours: [],
      awake: 'cafe',
      sentAwake: sent('day'),
      arrivals: [],
      from: 0,
      to: 1,
    });
    expect(held.violations).toEqual(['day never arrived at cafe']);
  });
});

describe('the check of caps', () => {
  const check = (came: readonly Arrival[]) => checkCaps(AT, sent('a', 'b', 'c'), came, { max: 2, perMs: 100 });

  it('accepts as many messages as the cap, repeats of a message, and more messages in another window', () => {
    expect(check(arrivals('a', 'b', 'b')).violations).toEqual([]);
    expect(check(arrivals('a', 'b', { refs: ['c'], wallAt: 110 })).violations).toEqual([]);
  });

  it('reports one message too many and one too few', () => {
    expect(check(arrivals('a', 'b', 'c')).violations).toEqual(['ann got 3 messages at shop; the cap is 2']);
    expect(check(arrivals('a')).violations).toEqual(['ann got 1 of 3 messages at shop, though the cap is 2']);
  });
});

describe('the check of digests', () => {
  const check = (...came: readonly (readonly [string, string])[]) =>
    checkDigests(
      AT,
      [...sent('a', 'b'), { ref: 'x', customer: 'bob' }],
      arrivals(...came.map(([deliveryId, refs]) => ({ deliveryId, refs: refs.split(' ') }))),
    ).violations;

  it('accepts each event in one digest, and a repeated digest', () => {
    expect(check(['1', 'a b'], ['2', 'x'], ['1', 'a b'])).toEqual([]);
  });

  it('reports an event in two digests, twice in one digest or in no digest, and a changed digest', () => {
    expect(check(['1', 'a b'], ['2', 'b'], ['3', 'x'])).toEqual(['b is in the digests 1 and 2']);
    expect(check(['1', 'a b b'], ['2', 'x'])).toEqual(['digest 1 has an event twice: a b b']);
    expect(check(['1', 'a'], ['2', 'x'])).toEqual(['b never arrived at shop']);
    expect(check(['1', 'a'], ['2', 'x'], ['1', 'a b'])).toEqual(['digest 1 arrived with a, then with a b']);
  });

  it('reports a digest with events of two customers', () => {
    expect(check(['1', 'a b x'])).toEqual(['digest 1 has events of several customers: a b x']);
  });
});

describe('the check of fallbacks', () => {
  const check = (came: readonly (readonly [string, Arrival['answer']])[], more: Partial<FallbackRecords> = {}) =>
    checkFallbacks({
      first: AT,
      second: 'mail',
      sent: sent('a'),
      arrivals: arrivals(
        ...came.map(([destination, answer]) => ({ refs: ['a'], destination, answer, deliveryId: `at ${destination}` })),
      ),
      reported: NONE,
      doubtful: new Set(),
      leasesEnded: NONE,
      ...more,
    });

  it('accepts a fallback after a refusal or a report, and no fallback after an accepted message', () => {
    expect(
      check([
        [AT, 'refused'],
        ['mail', 'accepted'],
      ]),
    ).toMatchObject({ counts: { 'after a refusal': 1 }, violations: [] });
    const reported = new Map([['a', 5]]);
    expect(
      check(
        [
          [AT, 'accepted'],
          ['mail', 'accepted'],
        ],
        { reported },
      ),
    ).toMatchObject({
      counts: { 'after a report': 1 },
      violations: [],
    });
    expect(check([[AT, 'accepted']]).violations).toEqual([]);
  });

  it('reports a fallback without cause, a fallback before its cause, two fallbacks, and a missing fallback', () => {
    expect(
      check([
        [AT, 'accepted'],
        ['mail', 'accepted'],
      ]).violations,
    ).toHaveLength(1);
    expect(
      check([
        ['mail', 'accepted'],
        [AT, 'refused'],
      ]).violations,
    ).not.toEqual([]);
    expect(
      check([
        [AT, 'away'],
        ['mail', 'accepted'],
      ]).violations,
    ).toHaveLength(1);
    expect(check([[AT, 'refused']]).violations).toEqual(['a was refused, and has no fallback']);
    const twice = arrivals(
      { refs: ['a'], answer: 'refused' },
      { refs: ['a'], destination: 'mail', deliveryId: '1' },
      { refs: ['a'], destination: 'mail', deliveryId: '2' },
    );
    expect(check([], { arrivals: twice }).violations).toEqual(['a has two fallbacks']);
  });

  it('reports a message to the first destination after the fallback, unless its lease was ended', () => {
    const came = [
      [AT, 'refused'],
      ['mail', 'accepted'],
      [AT, 'refused'],
    ] as const;
    expect(check(came).violations).toEqual(['a was sent to shop again after its fallback']);
    expect(check(came, { leasesEnded: new Map([[`at ${AT}`, 1]]) }).violations).toEqual([]);
  });

  it('requires no fallback if the hub recorded a lost response', () => {
    const doubtful = new Set([`at ${AT}`]);
    const came = [
      [AT, 'refused'],
      [AT, 'refused'],
    ] as const;
    expect(check(came).violations).toHaveLength(1);
    expect(check(came, { doubtful }).violations).toEqual([]);
  });

  it('treats a response as lost if the attempt or the delivery is unconfirmed', () => {
    const delivery = (id: string, state: string, outcome: string) => ({
      ...{ id, state, destination: AT, attempts: [{ outcome, message: null }] },
    });
    const lost = deliveriesWithLostAnswer([
      delivery('known', 'dead', 'rejected'),
      delivery('repeated', 'succeeded', 'unconfirmed'),
      delivery('recorded late', 'unconfirmed', 'rejected'),
    ]);
    expect([...lost]).toEqual(['repeated', 'recorded late']);
  });
});

describe('the check of stalls', () => {
  const samples = (due: boolean, dueInMs = 0) =>
    Array.from({ length: 30 }, (_, index) => ({
      at: index * 500,
      destinations: [{ destination: AT, due, dueInMs }],
    }));
  const RULES = { explained: [], mayWait: [], stallMs: 10_000 };

  it('accepts arrivals at least every 10 s, and no arrivals if nothing is due', () => {
    const came = arrivals({ refs: ['a'], at: 6_000 });
    expect(checkStalls(samples(true), came, RULES)).toMatchObject({
      largest: { 'longest ms without progress': 8_500 },
      violations: [],
    });
    expect(checkStalls(samples(false), [], RULES).violations).toEqual([]);
  });

  it('reports a destination that got nothing for 10 s, even if another got messages', () => {
    const other = arrivals({ refs: ['a'], at: 6_000, destination: 'other' });
    expect(checkStalls(samples(true), other, RULES).violations).toEqual([
      'shop got nothing for 10.0 s while a delivery was due',
    ]);
  });

  it('subtracts time that faults explain, and counts overlapping time once', () => {
    const long = { from: 1_000, to: 6_000 };
    expect(checkStalls(samples(true), [], { ...RULES, explained: [long] }).violations).toEqual([]);
    const twice = { from: 1_000, to: 3_000 };
    expect(checkStalls(samples(true), [], { ...RULES, explained: [twice, twice, twice] }).violations).toHaveLength(1);
  });

  it('reports a due time that no schedule explains, except for destinations that may wait', () => {
    expect(checkStalls(samples(false, 600_000), [], RULES).violations).toEqual([
      'shop has a delivery that is due only in 10 min',
    ]);
    expect(checkStalls(samples(false, 600_000), [], { ...RULES, mayWait: [AT] }).violations).toEqual([]);
  });
});

describe('the check of unconfirmed attempts', () => {
  const attempts = [{ outcome: 'unconfirmed', message: 'reset' }];
  const delivery = { id: '1', destination: AT, state: 'unconfirmed', attempts };

  it('accepts an attempt that the receiver got or a fault explains', () => {
    expect(checkUnconfirmed([delivery], new Map([['1', 1]]), NONE)).toMatchObject({ seen: 1, violations: [] });
    expect(checkUnconfirmed([delivery], NONE, new Map([['1', 1]])).violations).toEqual([]);
  });

  it('reports an attempt that the receiver never got', () => {
    expect(checkUnconfirmed([delivery], NONE, NONE).violations).toHaveLength(1);
    const twice = { ...delivery, attempts: [...delivery.attempts, ...delivery.attempts] };
    expect(checkUnconfirmed([twice], new Map([['1', 1]]), NONE).violations).toHaveLength(1);
  });
});

describe('the check of deliveries without Redis', () => {
  const came = (from: number, count: number) =>
    arrivals(...Array.from({ length: count }, (_, index) => ({ refs: [`${index}`], at: from + index })));
  const span = { from: 1_000, to: 8_000 };

  it('accepts enough deliveries after a wake-up has stopped waiting for Redis', () => {
    expect(checkWithoutRedis([span], came(4_000, 50))).toMatchObject({ counts: { deliveries: 50 }, violations: [] });
  });

  it('reports a stalled hub, and ignores deliveries right after the stop and after the restart of Redis', () => {
    expect(
      checkWithoutRedis([span], [...came(1_000, 100), ...came(4_000, 49), ...came(8_001, 100)]).violations,
    ).toEqual(['49 deliveries in 7.0 s without Redis; at least 50 are expected']);
  });
});
