import { until } from '@patchbay/testing/services';
import { sleep } from './support/sleep.js';
import type { Victim } from './faults/fault.js';
import type { Fault } from './faults/index.js';
import type { CheckResult } from './checks/check.js';
import type { Span } from './checks/stalls.js';
import { checkRound } from './check-round.js';
import { BRAND, DESTINATIONS, REPLAYED_TO } from './support/brand.js';
import { SEATS } from './support/hub-processes.js';
import { judge, type Replay, type Verdict } from './support/ledger.js';
import type { WallSpan } from './support/scenario-brands.js';
import type { Scenarios } from './support/scenarios.js';
import type { SeededRandom } from './support/seeded-random.js';
import type { Sender } from './support/sender.js';
import type { TestBed } from './support/test-bed.js';
import { BacklogWatch } from './support/backlog-watch.js';

/** A round acknowledges at least so many events … */
export const LEAST_EVENTS = 500;
/** … and counts only if every fault struck with so many deliveries in flight. */
export const LEAST_IN_FLIGHT = 50;

/**
 * Where less is due or in flight, new events are made: so much that every fault finds something in flight. What waits for
 * its retry does not count: after a fault of the receiver that may be all there is.
 */
const BACKLOG = 400;
const POLL_MS = 50;
const SETTLE_POLL_MS = 100;
const IN_FLIGHT_WITHIN_MS = 60_000;
/** Less than a call's timeout: calls that are held for longer fail, and close their destination. */
const HELD_AT_MOST_MS = 1_000;
const SETTLES_WITHIN_MS = 180_000;
/** Without progress for so long, what is still leased is of somebody who died, or lost the answer to its claim. */
const STUCK_AFTER_MS = 2_000;
/** The chance that the next fault does not wait for the repair of this one. */
const OVERLAP = 0.3;

/** One strike of a fault. */
export interface Strike {
  readonly fault: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Deliveries with a lease, live or expired, the moment before. */
  readonly inFlight: number;
  /** Until enough was in flight, and until the damage was repaired, in milliseconds. */
  readonly waitedMs: number;
  readonly repairedMs: number;
}

/** What a round is compared by. */
interface RoundRecords {
  readonly name: string;
  readonly sender: Sender;
  readonly scenarios: Scenarios;
  readonly quietHours: WallSpan;
  readonly watch: BacklogWatch;
  readonly withoutRedis: readonly Span[];
}

/** What the accounts and the checks say. */
interface Comparison extends Verdict {
  readonly checks: readonly CheckResult[];
}

/** What came of a round. */
export interface RoundResult extends Comparison {
  /** Compares the accounts once more, later: nothing may have gone out after the end of the round. */
  readonly again: () => Promise<Comparison>;
  readonly strikes: readonly Strike[];
  /** Ingest answers that no sender should ever get. */
  readonly wrongAnswers: readonly string[];
  readonly busy: number;
  /** Of {@link tookMs}, until the last fault was repaired. */
  readonly faultsMs: number;
  readonly tookMs: number;
}

/**
 * True where the round proves something: enough was acknowledged, every fault struck while enough was in flight, and
 * every check had something to look at.
 */
export function counts({ acknowledged, strikes, checks }: RoundResult): boolean {
  return (
    acknowledged >= LEAST_EVENTS &&
    strikes.every(({ inFlight }) => inFlight >= LEAST_IN_FLIGHT) &&
    checks.every(({ seen }) => seen > 0)
  );
}

/** Plays one round: events come in all the time, every fault strikes once, all is repaired, the accounts are compared. */
export async function playRound(
  testBed: TestBed,
  faults: readonly Fault[],
  random: SeededRandom,
  name: string,
): Promise<RoundResult> {
  const startedAt = performance.now();
  const quietHours = await testBed.beginQuietHours();
  const sender = testBed.sender(random.fork(), name);
  const scenarios = testBed.scenarios(random.fork(), name);
  const watch = new BacklogWatch(testBed);
  const withoutRedis: Span[] = [];
  const records: RoundRecords = { name, sender, scenarios, quietHours, watch, withoutRedis };
  const feeding = feed(testBed, sender);
  scenarios.start();
  try {
    const strikes = await strikeAll(testBed, faults, { testBed, sender, random, round: name, withoutRedis }, watch);
    const faultsMs = performance.now() - startedAt;
    await enoughEvents(sender);
    await Promise.all([feeding.stop(), scenarios.finish()]);
    await settle(testBed, sender);
    await watch.stop();
    const answers = [sender.acknowledgements, scenarios.acknowledgements];
    return {
      ...(await compare(testBed, records)),
      again: () => compare(testBed, records),
      strikes,
      wrongAnswers: answers.flatMap(({ wrongAnswers }) => wrongAnswers),
      busy: answers.reduce((sum, { busy }) => sum + busy, 0),
      faultsMs,
      tookMs: performance.now() - startedAt,
    };
  } finally {
    testBed.sink.turn('prompt');
    testBed.sink.release();
    await Promise.all([feeding.stop(), scenarios.abandon(), watch.stop()]);
    await sender.stop();
  }
}

async function strikeAll(
  testBed: TestBed,
  faults: readonly Fault[],
  victim: Victim,
  watch: BacklogWatch,
): Promise<readonly Strike[]> {
  const { random } = victim;
  const strikes: Promise<Strike>[] = [];
  for (const fault of spread(faults, random)) {
    if (fault.alone === true) await Promise.all(strikes);
    const begunAt = performance.now();
    await fault.ready?.(testBed);
    const inFlight = await holdInFlight(testBed);
    const [at, struckAt] = [Date.now(), performance.now()];
    const repair = fault.strike(victim);
    const strike = (fault.stopsDeliveryMs === undefined ? repair : watch.during(repair, fault.stopsDeliveryMs)).then(
      () => ({
        fault: fault.name,
        at,
        inFlight,
        waitedMs: struckAt - begunAt,
        repairedMs: performance.now() - struckAt,
      }),
    );
    strikes.push(strike);
    // Held against the end of the round, not against nobody.
    strike.catch(() => undefined);
    // Answers go out into the damage: to those who are still there to hear them.
    testBed.sink.release();
    if (fault.alone === true || !random.chance(OVERLAP)) await strike;
  }
  return Promise.all(strikes);
}

/**
 * Faults in an order that chance decides, except that those for which a process has to be there are spread over the
 * round: a process that ended starts anew while other faults strike.
 */
function spread(faults: readonly Fault[], random: SeededRandom): readonly Fault[] {
  const mixed = random.shuffled(faults);
  const [needy, others] = [mixed.filter(({ ready }) => ready), mixed.filter(({ ready }) => !ready)];
  const share = others.length / Math.max(1, needy.length);
  return needy
    .flatMap((fault, index) => [fault, ...others.slice(Math.round(index * share), Math.round((index + 1) * share))])
    .concat(needy.length === 0 ? others : []);
}

/** Waits for destinations that are only probed with one call at a time: the next fault is to find many in flight. */
async function allOpen(testBed: TestBed): Promise<void> {
  const open = async (): Promise<boolean> => {
    if ((await testBed.database.failing(BRAND)) === 0) return true;
    await testBed.database.passTime();
    await sleep(SETTLE_POLL_MS);
    return false;
  };
  await until(open, { what: 'the destinations to work again', timeoutMs: IN_FLIGHT_WITHIN_MS }).catch(() => undefined);
}

/**
 * Has the receiver hold back its answers until enough is in flight. Returns how much that is; less, with nothing held, where
 * the patience ended. A destination may have failed just before: it is probed with one call at a time, and to hold that one
 * would make it fail again. So the receiver answers and begins anew where it took too long.
 */
async function holdInFlight(testBed: TestBed): Promise<number> {
  let seen = 0;
  const enough = async (): Promise<boolean> => {
    seen = (await testBed.database.backlog(BRAND)).leased;
    return seen >= LEAST_IN_FLIGHT;
  };
  const held = async (): Promise<boolean> => {
    await allOpen(testBed);
    testBed.sink.hold();
    await until(enough, { what: 'deliveries in flight', timeoutMs: HELD_AT_MOST_MS }).catch(() =>
      testBed.sink.release(),
    );
    return seen >= LEAST_IN_FLIGHT;
  };
  await until(held, { what: 'enough in flight', timeoutMs: IN_FLIGHT_WITHIN_MS }).catch(() => undefined);
  return seen;
}

/** Keeps events coming while something else goes on. */
function feed(testBed: TestBed, sender: Sender): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const feeding = (async () => {
    while (!stopping.signal.aborted) {
      const ready = await testBed.database.backlog(BRAND).then(
        ({ due, leased }) => due + leased,
        () => BACKLOG,
      );
      if (ready + DESTINATIONS.length * sender.unacknowledged < BACKLOG) sender.make(50);
      await sleep(POLL_MS);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await feeding;
    },
  };
}

async function enoughEvents(sender: Sender): Promise<void> {
  if (sender.events < LEAST_EVENTS) sender.make(LEAST_EVENTS - sender.events);
  await sender.finished();
}

/** Everything works again; now whatever was acknowledged has to come to its end. */
async function settle(testBed: TestBed, sender: Sender): Promise<void> {
  await testBed.hubs.seated(SEATS);
  await sender.finished();
  let least = Number.POSITIVE_INFINITY;
  let progressAt = performance.now();
  const drained = async (): Promise<boolean> => {
    const { waiting, leased } = await testBed.database.backlog();
    const replays = (await testBed.database.replays()).filter(({ state }) => state === 'running').length;
    if (waiting + replays < least) [least, progressAt] = [waiting + replays, performance.now()];
    if (waiting > leased) await testBed.database.passTime();
    else if (leased + replays > 0 && performance.now() - progressAt > STUCK_AFTER_MS) {
      await testBed.database.passTime({ blocked: true });
      await testBed.endLeases();
      progressAt = performance.now();
    }
    if (waiting + replays > 0) await sleep(SETTLE_POLL_MS);
    return waiting + replays === 0;
  };
  // What does not come to its end is found by the comparison, and told by its name.
  await until(drained, { what: 'the backlog to be delivered', timeoutMs: SETTLES_WITHIN_MS }).catch(() => undefined);
}

async function compare(testBed: TestBed, records: RoundRecords): Promise<Comparison> {
  const acknowledged = records.sender.acknowledgements.events;
  const eventIds = [...acknowledged.values()].flatMap((event) => [...event.eventIds]);
  const ours = new Set(eventIds);
  const deliveries = await testBed.database.deliveriesOf(eventIds);
  const verdict = judge({
    acknowledged,
    taken: new Map([...testBed.sink.taken].filter(([, { eventId }]) => ours.has(eventId))),
    storedEvents: await testBed.database.storedAmong(eventIds),
    deliveries,
    replays: await replaysOf(testBed),
    leasesEnded: testBed.leasesEnded,
  });
  const { scenarios, quietHours, watch, withoutRedis } = records;
  const messages = await testBed.database.deliveriesOf(scenarios.messageEventIds);
  const checks = checkRound({
    sent: scenarios.sent,
    arrivals: testBed.sink.arrivalsOf(records.name),
    deliveries: [...deliveries, ...messages],
    requests: testBed.sink.requests,
    reported: testBed.sink.reports.startedAt,
    leasesEnded: testBed.leasesEnded,
    quietHours,
    samples: watch.samples,
    explained: watch.explained,
    stallMs: testBed.patience.stallMs,
    withoutRedis,
  });
  return { ...verdict, checks };
}

async function replaysOf({ database, replayed }: TestBed): Promise<readonly Replay[]> {
  return (await database.replays()).map(({ id, state }) => ({
    ...{ id, state, destination: REPLAYED_TO, eventIds: replayed.get(id) ?? new Set<string>() },
  }));
}
