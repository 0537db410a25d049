import { until } from '@patchbay/testing/services';
import { sleep } from './support/sleep.js';
import type { FaultContext } from './faults/fault.js';
import type { Fault } from './faults/index.js';
import type { CheckResult } from './checks/check.js';
import type { Span } from './checks/stalls.js';
import { checkRound } from './check-round.js';
import { BRAND, DESTINATIONS } from './support/brand.js';
import type { Verdict } from './support/ledger.js';
import type { WallSpan } from './support/scenario-brands.js';
import type { Scenarios } from './support/scenarios.js';
import type { SeededRandom } from './support/seeded-random.js';
import type { Sender } from './support/sender.js';
import type { TestBed } from './support/test-bed.js';
import { BacklogWatch } from './support/backlog-watch.js';
import { byDelivery } from './support/by-delivery.js';
import { settle } from './support/settle.js';
import { verdictOf } from './support/verdict-of.js';

/** Number of acknowledged events that a round must have in order to count. */
export const LEAST_EVENTS = 500;
/** Number of deliveries in flight that every fault must find in order for the round to count. */
export const LEAST_IN_FLIGHT = 50;

/**
 * Largest number of deliveries that are due or in flight while the suite creates new events. With this number, every
 * fault finds enough deliveries in flight. Deliveries that wait for a retry do not count, because after a fault of the
 * receiver all deliveries may wait.
 */
const BACKLOG = 400;
const POLL_MS = 50;
const SETTLE_POLL_MS = 100;
const IN_FLIGHT_WITHIN_MS = 60_000;
/**
 * Longest time in milliseconds that the receiver holds a call; less than the call timeout. If the receiver held a call
 * for longer, the call would fail and open the circuit breaker of its destination.
 */
const HELD_AT_MOST_MS = 1_000;
/** Probability that the next fault does not wait for the repair of the current fault. */
const OVERLAP = 0.3;

/** One injection of a fault, with its measurements. */
export interface Injection {
  readonly fault: string;
  /** Time of the injection in milliseconds since the epoch. */
  readonly at: number;
  /** Number of deliveries with a live or expired lease immediately before the injection. */
  readonly inFlight: number;
  /** Time in milliseconds that the round waited until enough deliveries were in flight. */
  readonly waitedMs: number;
  /** Time from the injection until the repair, in milliseconds. */
  readonly repairedMs: number;
}

/** Records of a round that the comparison uses. */
interface RoundRecords {
  readonly name: string;
  readonly sender: Sender;
  readonly scenarios: Scenarios;
  readonly quietHours: WallSpan;
  readonly watch: BacklogWatch;
  readonly withoutRedis: readonly Span[];
}

/** Result of the comparison of records and of the checks. */
interface Comparison extends Verdict {
  readonly checks: readonly CheckResult[];
}

/** Result of a round. */
export interface RoundResult extends Comparison {
  /** Compares the records of the round again later, to detect messages that were sent after the end of the round. */
  readonly again: () => Promise<Comparison>;
  readonly injections: readonly Injection[];
  /** Answers of the ingest endpoint other than 202 and 429. */
  readonly wrongAnswers: readonly string[];
  /** Number of answers 429 of the ingest endpoint. */
  readonly busy: number;
  /** Time from the start of the round until the repair of the last fault, in milliseconds. */
  readonly faultsMs: number;
  /** Duration of the round, in milliseconds. */
  readonly tookMs: number;
}

/**
 * Returns true if the round counts: enough events were acknowledged, every fault found enough deliveries in flight, and
 * every check had something to evaluate.
 */
export function counts({ acknowledged, injections, checks }: RoundResult): boolean {
  return (
    acknowledged >= LEAST_EVENTS &&
    injections.every(({ inFlight }) => inFlight >= LEAST_IN_FLIGHT) &&
    checks.every(({ seen }) => seen > 0)
  );
}

/** Plays one round: sends events continuously, injects every fault once, waits for the repair, and compares the records. */
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
    const injections = await injectAll(testBed, faults, { testBed, sender, random, round: name, withoutRedis }, watch);
    const faultsMs = performance.now() - startedAt;
    await enoughEvents(sender);
    await Promise.all([feeding.stop(), scenarios.finish()]);
    await settle(testBed, sender);
    await watch.stop();
    const answers = [sender.acknowledgements, scenarios.acknowledgements];
    return {
      ...(await compare(testBed, records)),
      again: () => compare(testBed, records),
      injections,
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

async function injectAll(
  testBed: TestBed,
  faults: readonly Fault[],
  context: FaultContext,
  watch: BacklogWatch,
): Promise<readonly Injection[]> {
  const { random } = context;
  const injections: Promise<Injection>[] = [];
  for (const fault of spread(faults, random)) {
    if (fault.alone === true) await Promise.all(injections);
    const begunAt = performance.now();
    await fault.ready?.(testBed);
    const inFlight = await holdInFlight(testBed);
    const [at, injectedAt] = [Date.now(), performance.now()];
    const repair = fault.inject(context);
    const injection = (fault.stopsDeliveryMs === undefined ? repair : watch.during(repair, fault.stopsDeliveryMs)).then(
      () => ({
        fault: fault.name,
        at,
        inFlight,
        waitedMs: injectedAt - begunAt,
        repairedMs: performance.now() - injectedAt,
      }),
    );
    injections.push(injection);
    // `Promise.all` reports a rejection of the injection later. This handler prevents an unhandled rejection until
    // then.
    injection.catch(() => undefined);
    // The receiver answers the held requests while the fault is active.
    testBed.sink.release();
    if (fault.alone === true || !random.chance(OVERLAP)) await injection;
  }
  return Promise.all(injections);
}

/**
 * Returns the faults in random order, with the faults that need a running process spread evenly over the round. A killed
 * process can therefore restart while other faults are injected.
 */
function spread(faults: readonly Fault[], random: SeededRandom): readonly Fault[] {
  const mixed = random.shuffled(faults);
  const [ofProcesses, others] = [mixed.filter(({ ready }) => ready), mixed.filter(({ ready }) => !ready)];
  const share = others.length / Math.max(1, ofProcesses.length);
  return ofProcesses
    .flatMap((fault, index) => [fault, ...others.slice(Math.round(index * share), Math.round((index + 1) * share))])
    .concat(ofProcesses.length === 0 ? others : []);
}

/**
 * Waits until all circuit breakers are closed. A half-open circuit breaker allows one call at a time, but a fault needs
 * many calls in flight.
 */
async function breakersClosed(testBed: TestBed): Promise<void> {
  const closed = async (): Promise<boolean> => {
    if ((await testBed.database.failing(BRAND)) === 0) return true;
    await testBed.database.passTime();
    await sleep(SETTLE_POLL_MS);
    return false;
  };
  await until(closed, { what: 'the circuit breakers to close', timeoutMs: IN_FLIGHT_WITHIN_MS }).catch(() => undefined);
}

/**
 * Makes the receiver hold its answers until enough deliveries are in flight. Returns the number of deliveries in
 * flight. After the time limit, returns a smaller number, and the receiver holds no answers. A half-open circuit
 * breaker allows only one probe, which fails if the receiver holds the probe for too long. The receiver therefore
 * answers after 1 s, and this function tries again.
 */
async function holdInFlight(testBed: TestBed): Promise<number> {
  let seen = 0;
  const enough = async (): Promise<boolean> => {
    seen = (await testBed.database.backlog(BRAND)).leased;
    return seen >= LEAST_IN_FLIGHT;
  };
  const held = async (): Promise<boolean> => {
    await breakersClosed(testBed);
    testBed.sink.hold();
    await until(enough, { what: 'deliveries in flight', timeoutMs: HELD_AT_MOST_MS }).catch(() =>
      testBed.sink.release(),
    );
    return seen >= LEAST_IN_FLIGHT;
  };
  await until(held, { what: 'enough in flight', timeoutMs: IN_FLIGHT_WITHIN_MS }).catch(() => undefined);
  return seen;
}

/** Creates events continuously until the caller calls `stop`. */
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

async function compare(testBed: TestBed, records: RoundRecords): Promise<Comparison> {
  const { verdict, deliveries } = await verdictOf(testBed, records.sender.acknowledgements.events);
  const { scenarios, quietHours, watch, withoutRedis } = records;
  const messages = await testBed.database.deliveriesOf(scenarios.messageEventIds);
  const checks = checkRound({
    sent: scenarios.sent,
    arrivals: testBed.sink.arrivalsOf(records.name),
    deliveries: [...deliveries, ...messages],
    requests: byDelivery([...testBed.sink.requests], deliveries),
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
