import { randomBytes } from 'node:crypto';
import { latenciesOf } from './load/latencies.mjs';
import { cpuBetween, usageOf } from './machine/usage.mjs';
import { brandName } from './workload/scenarios.mjs';

/** Largest number of acknowledged but undelivered events during the measurement of the rate. */
const WINDOW = 1_000;
/**
 * Duration of the warm-up, so that V8 has compiled the measured code: the time of 12,000 deliveries, but at least 3 s
 * and at most 6 s. After only 4,000 warm-up deliveries, the hub used a fifth more CPU per event in the first 6 s than
 * in 14 s.
 */
const WARM_UP_MS = { least: 3_000, most: 6_000 };
const WARM_UP_DELIVERIES = 12_000;
const SETTLE_MS = 1_000;
const DRAIN_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Largest share of the highest rate at which latencies are measured. Above this rate, the events wait in a backlog. */
const LATENCY_LIMIT = 0.9;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Measurement of one system in one scenario: first its highest rate, then its latencies at lower rates. Throws
 * if the system refuses events or loses deliveries.
 */
export class Measurement {
  /** @param machine servers and load generator of this benchmark */
  constructor(machine, { scenario, started, seconds }) {
    this.machine = machine;
    this.load = machine.load;
    this.scenario = scenario;
    this.started = started;
    this.milliseconds = seconds * 1_000;
    this.paths = Array.from({ length: scenario.busyBrands }, (_, index) => started.pathOf(brandName(index)));
  }

  /** Measures the latencies at half of the highest rate, and at the scenario's fixed rates that the system reaches. */
  async whole() {
    const closed = await this.atFullRate();
    const { eventsPerSecond } = closed;
    const latency = { half: await this.atRate(eventsPerSecond / 2) };
    for (const rate of this.scenario.rates) {
      if (rate <= eventsPerSecond * LATENCY_LIMIT) latency[rate] = await this.atRate(rate);
    }
    return { ...closed, latency };
  }

  /**
   * Measures in a closed loop. The result's `window` is the measured time span, in microseconds of the machine's
   * monotonic clock.
   */
  async atFullRate() {
    const { generator } = this.load;
    const before = await this.#begin(generator, { window: WINDOW });
    await this.#warmUp(before);
    const from = await usageOf(this.machine, this.started);
    await pause(this.milliseconds);
    const to = await usageOf(this.machine, this.started);
    const duplicates = await this.#drain(before, [await stopped(generator)]);
    const events = (to.received - from.received) / this.scenario.fanOut;
    const { generator: generatorShare, sink } = cpuBetween(from, to, to.at - from.at);
    return {
      eventsPerSecond: (events / (to.at - from.at)) * 1_000_000,
      cpu: cpuBetween(from, to, events),
      walRecords: (to.walRecords - from.walRecords) / events,
      load: { generator: generatorShare, sink },
      window: [from.at, to.at],
      duplicates,
    };
  }

  /**
   * Measures in an open loop at the given rate in events per second.
   * @param paths ingest paths of the sources that send
   * @param flood second sender: its generator, its rate and its paths. The system may refuse its events, and the
   *   latencies do not contain them
   */
  async atRate(perSecond, { paths = this.paths, flood } = {}) {
    const { generator, sink } = this.load;
    const generators = [generator, ...(flood === undefined ? [] : [flood.generator])];
    const before = await this.#begin(generator, { perSecond, paths });
    if (flood !== undefined) {
      const { generator: flooding, ...options } = flood;
      await this.#begin(flooding, { ...options, measured: false });
    }
    await pause(SETTLE_MS);
    await sink.ask('mark');
    await generator.ask('mark');
    const from = await usageOf(this.machine, this.started, generators);
    const floodFrom = await flood?.generator.ask('count');
    await pause(this.milliseconds);
    const { result: acknowledgements } = await generator.ask('acknowledgements');
    const floodTo = await flood?.generator.ask('count');
    const to = await usageOf(this.machine, this.started, generators);
    const counts = [await stopped(generator)];
    if (flood !== undefined) counts.push(await stopped(flood.generator, { mayRefuse: true }));
    await this.#drain(before, counts);
    const { result: arrivals } = await sink.ask('arrivals');
    const seconds = (to.at - from.at) / 1_000_000;
    return {
      offeredPerSecond: perSecond,
      ...latenciesOf(acknowledgements, arrivals),
      cpuShare: cpuBetween(from, to, to.at - from.at),
      ...(flood === undefined
        ? {}
        : {
            flood: {
              acceptedPerSecond: (floodTo.accepted - floodFrom.accepted) / seconds,
              refusedPerSecond: (floodTo.refused - floodFrom.refused) / seconds,
            },
          }),
    };
  }

  async #warmUp({ received: before }) {
    const begun = performance.now();
    for (;;) {
      await pause(LOOK_EVERY_MS);
      const passed = performance.now() - begun;
      const { received } = await this.load.sink.ask('count');
      const warm = received - before >= WARM_UP_DELIVERIES;
      if (passed >= WARM_UP_MS.most || (warm && passed >= WARM_UP_MS.least)) return;
    }
  }

  /** Lets a generator send. Returns the number of deliveries so far. */
  async #begin(generator, how) {
    const before = await this.load.sink.ask('count');
    await generator.ask('begin', before);
    await generator.ask('start', {
      paths: this.paths,
      ...how,
      ports: this.started.ports,
      headers: this.started.headers,
      fanOut: this.scenario.fanOut,
      // The events get new ids, because the system would drop events with known ids as duplicates.
      run: randomBytes(4).toString('hex'),
    });
    return before;
  }

  /** Waits for the remaining deliveries. Returns the number of duplicate deliveries. */
  async #drain({ received: before }, counts) {
    const wanted = counts.reduce((sum, { accepted }) => sum + accepted, 0) * this.scenario.fanOut;
    const end = performance.now() + DRAIN_LIMIT_MS;
    for (;;) {
      const { received } = await this.load.sink.ask('count');
      const came = received - before;
      if (came >= wanted) return came - wanted;
      if (performance.now() > end)
        throw new Error(
          `Only ${came} of ${wanted} deliveries arrived in time, so the run is not valid. Check the log of the system.`,
        );
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** Stops a generator, and returns how many events were accepted and refused. */
async function stopped(generator, { mayRefuse = false } = {}) {
  const { accepted, refused, problem } = await generator.ask('stop');
  if (problem !== undefined || (refused > 0 && !mayRefuse) || accepted === 0) {
    throw new Error(
      `The system refused ${refused} of ${accepted + refused} ` +
        `events${problem ? ` (${problem})` : ''}, so the run is not valid. Repeat it.`,
    );
  }
  return { accepted, refused };
}
