import { randomBytes } from 'node:crypto';
import { cpuOf, cpuOfTree } from './machine/cpu.mjs';
import { quantile } from './report/statistics.mjs';
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

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Measurement of one system in one scenario: first the highest rate, then the latencies at half that rate.
 * Throws if the system refuses events or loses deliveries.
 */
export class Measurement {
  /** @param machine servers and load generator of this benchmark */
  constructor(machine, { scenario, started, seconds }) {
    this.machine = machine;
    this.scenario = scenario;
    this.started = started;
    this.milliseconds = seconds * 1_000;
    this.paths = Array.from({ length: scenario.busyBrands }, (_, index) => started.pathOf(brandName(index)));
  }

  async whole() {
    const closed = await this.atFullRate();
    const open = await this.atRate(closed.eventsPerSecond / 2);
    return { ...closed, ...open };
  }

  /**
   * Measures in a closed loop. The result's `window` is the measured time span, in microseconds of the machine's
   * monotonic clock.
   */
  async atFullRate() {
    await this.#begin();
    await this.#start({ window: WINDOW });
    await this.#warmUp();
    const from = await this.#snapshot();
    await pause(this.milliseconds);
    const to = await this.#snapshot();
    const duplicates = await this.#drain();
    const events = (to.received - from.received) / this.scenario.fanOut;
    const perEvent = (name) => (to.cpu[name] - from.cpu[name]) / events;
    const share = (name) => (to.cpu[name] - from.cpu[name]) / (to.at - from.at);
    return {
      eventsPerSecond: (events / (to.at - from.at)) * 1_000_000,
      cpu: {
        api: perEvent('api'),
        worker: perEvent('worker'),
        postgres: perEvent('postgres'),
        redis: perEvent('redis'),
      },
      load: { generator: share('generator'), sink: share('sink') },
      window: [from.at, to.at],
      duplicates,
    };
  }

  /** Measures in an open loop at the given rate in events per second. */
  async atRate(perSecond) {
    await this.#begin();
    await this.#start({ perSecond });
    await pause(SETTLE_MS);
    await this.machine.load.generator('mark');
    await this.machine.load.sink('mark');
    await pause(this.milliseconds);
    const { latencies: acknowledged } = await this.machine.load.generator('latencies');
    const { latencies: delivered } = await this.machine.load.sink('latencies');
    await this.#drain();
    return {
      offeredPerSecond: perSecond,
      acknowledgedMs: quantiles(acknowledged),
      deliveredMs: quantiles(delivered),
    };
  }

  async #warmUp() {
    const begun = performance.now();
    for (;;) {
      await pause(LOOK_EVERY_MS);
      const passed = performance.now() - begun;
      const { received } = await this.machine.load.sink('count');
      const warm = received - this.before.received >= WARM_UP_DELIVERIES;
      if (passed >= WARM_UP_MS.most || (warm && passed >= WARM_UP_MS.least)) return;
    }
  }

  async #begin() {
    this.before = await this.machine.load.sink('count');
    await this.machine.load.generator('begin', this.before);
  }

  #start(how) {
    return this.machine.load.generator('start', {
      ...how,
      port: this.started.port,
      headers: this.started.headers,
      paths: this.paths,
      fanOut: this.scenario.fanOut,
      // The events get new ids, because the system would drop events with known ids as duplicates.
      run: randomBytes(4).toString('hex'),
    });
  }

  async #snapshot() {
    const { load, postgres, redis } = this.machine;
    const { pids } = this.started;
    const { received } = await load.sink('count');
    return {
      at: Number(process.hrtime.bigint() / 1_000n),
      received,
      cpu: {
        api: cpuOf(pids.api),
        worker: cpuOf(pids.worker),
        postgres: cpuOfTree(postgres.pid),
        redis: cpuOf([redis.pid]),
        generator: cpuOf([load.generatorPid]),
        sink: cpuOf([load.sinkPid]),
      },
    };
  }

  /** Stops sending and waits for the remaining deliveries. Returns the number of duplicate deliveries. */
  async #drain() {
    const { load } = this.machine;
    const { accepted, refused, problem } = await load.generator('stop');
    if (problem !== undefined || refused > 0 || accepted === 0) {
      throw new Error(
        `The hub refused ${refused} of ${accepted + refused} ` +
          `events${problem ? ` (${problem})` : ''}, so the run is not valid. Repeat it.`,
      );
    }
    const wanted = accepted * this.scenario.fanOut;
    const end = performance.now() + DRAIN_LIMIT_MS;
    for (;;) {
      const { received } = await load.sink('count');
      const came = received - this.before.received;
      if (came >= wanted) return came - wanted;
      if (performance.now() > end)
        throw new Error(
          `Only ${came} of ${wanted} deliveries arrived in time, so the run is not valid. Check the log of the worker.`,
        );
      await pause(LOOK_EVERY_MS);
    }
  }
}

function quantiles(microseconds) {
  return { p50: quantile(microseconds, 0.5) / 1_000, p99: quantile(microseconds, 0.99) / 1_000 };
}
