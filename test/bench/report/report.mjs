import { availableParallelism, cpus, loadavg } from 'node:os';
import { SYSTEMS } from '../systems/systems.mjs';
import { SCENARIOS } from '../workload/scenarios.mjs';
import { eventsPerSecond, nodeCpu, perProcess } from './summary.mjs';
import { figure, percent, table } from './table.mjs';

const BASELINES = ['typical', 'naive', 'limit', 'limit-born', 'node-red'];

/** Describes the machine and the servers of a benchmark run. */
export function describeMachine({ postgres, redis }) {
  const [load] = loadavg();
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node},`,
    `PostgreSQL ${postgres.version} with fsync and synchronous_commit on, Redis ${redis.version}.`,
    ...(postgres.onDisk ? [] : ['The database is on tmpfs, so fsync costs nothing. Set TMPDIR to a folder on a disk.']),
    ...(load > 1 ? [`Other processes use this machine (load ${load.toFixed(1)}). Compare ratios only.`] : []),
  ].join(' ');
}

/** Formats one measurement as a line. */
export function progressLine({ system, scenario, round, duplicates, ...measured }) {
  const { cpu, latency, load } = measured;
  const { p50, p99 } = latency.half.delivered;
  return [
    `round ${round + 1}`,
    scenario.padEnd(7),
    system.padEnd(10),
    `${figure(measured.eventsPerSecond).padStart(7)} events/s`,
    `node ${perProcess([measured])}, pg ${figure(cpu.postgres)}, redis ${figure(cpu.redis)} µs`,
    `delivered p50/p99 ${figure(p50)}/${figure(p99)} ms`,
    `generator ${percent(load.generator)}, sink ${percent(load.sink)}`,
    ...(duplicates > 0 ? [`${duplicates} sent twice`] : []),
  ].join('  ');
}

/** Formats the rates and the costs of one scenario. */
export function rateTable(summary, scenario, systems) {
  const { label, fanOut } = SCENARIOS[scenario];
  const present = systems.filter((system) => summary.has(system, scenario));
  const baselines = BASELINES.filter((system) => present.includes(system));
  const head = [
    label,
    'events/s',
    'least–most',
    ...(fanOut > 1 ? ['deliveries/s'] : []),
    'node µs',
    'per process',
    'pg µs',
    'redis µs',
    'WAL records',
    'generator',
    'sink',
    ...baselines.map((baseline) => `× ${baseline}`),
  ];
  const rows = present.map((system) => {
    const of = (read) => summary.median(system, scenario, read);
    const range = summary.range(system, scenario, eventsPerSecond);
    const rate = of(eventsPerSecond);
    return [
      SYSTEMS[system].label,
      figure(rate),
      range.map(figure).join('–'),
      ...(fanOut > 1 ? [figure(rate * fanOut)] : []),
      figure(of(nodeCpu)),
      perProcess(summary.of(system, scenario)),
      figure(of((f) => f.cpu.postgres)),
      figure(of((f) => f.cpu.redis)),
      figure(of((f) => f.walRecords)),
      percent(of((f) => f.load.generator)),
      percent(of((f) => f.load.sink)),
      ...baselines.map((baseline) => figure(summary.ratio(system, baseline, scenario, eventsPerSecond))),
    ];
  });
  return table([head, ...rows]);
}

/** Formats the latencies of one scenario: a row per system and rate. Rates that a system does not reach have no row. */
export function latencyTable(summary, scenario, systems) {
  const head = ['latency in ms, p50 / p99', 'events/s', 'due to 202', '202 to delivered', 'due to delivered'];
  const rows = systems.flatMap((system) =>
    ['half', ...SCENARIOS[scenario].rates]
      .filter((at) => summary.of(system, scenario).some(({ latency }) => latency[at] !== undefined))
      .map((at) => {
        const of = (read) => figure(summary.median(system, scenario, (f) => f.latency[at] && read(f.latency[at])));
        const pair = (kind) => `${of((latency) => latency[kind].p50)} / ${of((latency) => latency[kind].p99)}`;
        return [
          `${SYSTEMS[system].label}${at === 'half' ? ', half load' : ''}`,
          of(({ offeredPerSecond }) => offeredPerSecond),
          pair('acknowledged'),
          pair('afterAcknowledged'),
          pair('delivered'),
        ];
      }),
  );
  return table([head, ...rows]);
}
