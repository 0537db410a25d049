import { cpuOf, cpuOfTree } from './cpu.mjs';

/**
 * Reads the resources that a running system has used so far.
 * @param generators load generators that send to the system
 * @returns time by the machine's monotonic clock, CPU time per process and server, number of deliveries, and number of
 *   WAL records; all times in microseconds
 */
export async function usageOf({ load, postgres, redis }, { processes }, generators = [load.generator]) {
  const { received } = await load.sink.ask('count');
  const walRecords = await postgres.walRecords();
  return {
    at: Number(process.hrtime.bigint() / 1_000n),
    received,
    walRecords,
    processes: Object.fromEntries(processes.map(({ name, pid }) => [name, cpuOf([pid])])),
    postgres: cpuOfTree(postgres.pid),
    redis: cpuOf([redis.pid]),
    generator: cpuOf(generators.map(({ pid }) => pid)),
    sink: cpuOf([load.sink.pid]),
  };
}

/** Returns the CPU time between two readings of {@link usageOf}, divided by `divisor`. */
export function cpuBetween(from, to, divisor) {
  const part = (name) => (to[name] - from[name]) / divisor;
  return {
    processes: Object.fromEntries(
      Object.keys(to.processes).map((name) => [name, (to.processes[name] - from.processes[name]) / divisor]),
    ),
    postgres: part('postgres'),
    redis: part('redis'),
    generator: part('generator'),
    sink: part('sink'),
  };
}
