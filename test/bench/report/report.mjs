import { availableParallelism, cpus, loadavg } from 'node:os';
import { SYSTEMS } from '../systems/systems.mjs';
import { SCENARIOS } from '../workload/scenarios.mjs';
import { nodeCpu } from './summary.mjs';
import { figure, table } from './table.mjs';

const BASELINES = ['typical', 'naive', 'limit'];

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
export function progressLine({ system, scenario, round, eventsPerSecond, cpu, deliveredMs, load, duplicates }) {
  return [
    `round ${round + 1}`,
    scenario.padEnd(7),
    system.padEnd(8),
    `${figure(eventsPerSecond).padStart(7)} events/s`,
    `node ${figure(cpu.api)} + ${figure(cpu.worker)}, pg ${figure(cpu.postgres)}, redis ${figure(cpu.redis)} µs`,
    `delivered p50/p99 ${figure(deliveredMs.p50)}/${figure(deliveredMs.p99)} ms`,
    `generator ${percent(load.generator)}, sink ${percent(load.sink)}`,
    ...(duplicates > 0 ? [`${duplicates} sent twice`] : []),
  ].join('  ');
}

/** Formats the table of one scenario. */
export function scenarioTable(summary, scenario, systems) {
  const { label, fanOut } = SCENARIOS[scenario];
  const present = systems.filter((system) => summary.has(system, scenario));
  const baselines = BASELINES.filter((system) => present.includes(system));
  const head = [
    label,
    'events/s',
    'least–most',
    ...(fanOut > 1 ? ['deliveries/s'] : []),
    'node µs',
    'api+worker',
    'pg µs',
    'redis µs',
    'ack p50/p99 ms',
    'delivered p50/p99 ms',
    'generator',
    'sink',
    ...baselines.map((baseline) => `× ${baseline}`),
  ];
  const rows = present.map((system) => {
    const of = (read) => summary.median(system, scenario, read);
    const rate = of((f) => f.eventsPerSecond);
    const pair = (name) => `${figure(of((f) => f[name].p50))} / ${figure(of((f) => f[name].p99))}`;
    return [
      SYSTEMS[system].label,
      figure(rate),
      summary
        .range(system, scenario, (f) => f.eventsPerSecond)
        .map(figure)
        .join('–'),
      ...(fanOut > 1 ? [figure(rate * fanOut)] : []),
      figure(of(nodeCpu)),
      `${figure(of((f) => f.cpu.api))}+${figure(of((f) => f.cpu.worker))}`,
      figure(of((f) => f.cpu.postgres)),
      figure(of((f) => f.cpu.redis)),
      pair('acknowledgedMs'),
      pair('deliveredMs'),
      percent(of((f) => f.load.generator)),
      percent(of((f) => f.load.sink)),
      ...baselines.map((baseline) => figure(summary.ratio(system, baseline, scenario))),
    ];
  });
  return table([head, ...rows]);
}

/** Formats the targets of the benchmark with their results. */
export function targetTable(targets) {
  const rows = targets.map(({ name, unit, sign, limit, stretch, result, ok }) => [
    name,
    `${sign} ${figure(limit)}${stretch === undefined ? '' : ` (${figure(stretch)})`} ${unit}`,
    figure(result),
    ok ? (stretch !== undefined && result >= stretch ? 'met, and the stretch' : 'met') : 'SHORT',
  ]);
  return table([['target', 'wanted', 'result', ''], ...rows]);
}

function percent(share) {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–';
}
