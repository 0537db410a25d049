import { eventsPerSecond, nodeCpu } from './summary.mjs';
import { figure, table } from './table.mjs';

const ONE_TO_ONE = ['1to1', '1to1x50'];
const EVERY = [...ONE_TO_ONE, '1to3'];

const atLeast = (limit) => ({ limit, met: (value) => value >= limit, sign: '≥' });
const atMost = (limit) => ({ limit, met: (value) => value <= limit, sign: '≤' });

const ratio = (name, system, other, scenarios, bound, read) =>
  scenarios.map((scenario) => ({
    name: `${name}, ${scenario}`,
    unit: '×',
    ...bound,
    read: (summary) => summary.ratio(system, other, scenario, read),
  }));

const rate = (system, other, scenarios, limit) =>
  ratio(`${system} / ${other}`, system, other, scenarios, atLeast(limit), eventsPerSecond);

const value = (name, system, scenarios, bound, unit, read) =>
  scenarios.map((scenario) => ({
    name: `${name}, ${scenario}`,
    unit,
    ...bound,
    read: (summary) => summary.median(system, scenario, read),
  }));

const latency = (at, kind, part) => (figure) => figure.latency[at]?.[kind][part];

/** Targets of the hub, and limits which show that the baselines are not slow on purpose. */
const TARGETS = [
  ...rate('hub', 'typical', ONE_TO_ONE, 12),
  ...rate('hub', 'naive', ONE_TO_ONE, 3.5),
  ...rate('hub', 'limit', EVERY, 0.65),
  ...rate('hub', 'limit-born', EVERY, 0.55),
  ...rate('hub', 'node-red', EVERY, 2),
  ...rate('hub-pg', 'hub', EVERY, 0.8),
  ...value(
    'hub: acknowledged p99 at half load',
    'hub',
    EVERY,
    atMost(25),
    'ms',
    latency('half', 'acknowledged', 'p99'),
  ),
  ...value('hub: delivered p99 at half load', 'hub', EVERY, atMost(100), 'ms', latency('half', 'delivered', 'p99')),
  ...value(
    'hub: 202 to delivered p50 at 500/s',
    'hub',
    ['1to1'],
    atMost(3),
    'ms',
    latency(500, 'afterAcknowledged', 'p50'),
  ),
  ...[500, 1_000].flatMap((at) =>
    ratio(
      `hub / limit: acknowledged p99 at ${figure(at)}/s`,
      'hub',
      'limit',
      ['1to1'],
      atMost(2),
      latency(at, 'acknowledged', 'p99'),
    ),
  ),
  ...value('hub: node CPU per event', 'hub', ONE_TO_ONE, atMost(220), 'µs', nodeCpu),
  ...value('hub: WAL records per event', 'hub', ['1to1'], atMost(15), '', ({ walRecords }) => walRecords),
  ...value('typical is not slow on purpose: node CPU', 'typical', ['1to1'], atMost(3_000), 'µs', nodeCpu),
  ...value('naive is not slow on purpose: node CPU', 'naive', ['1to1'], atMost(950), 'µs', nodeCpu),
];

/** Targets of measurements with a single result. */
const SINGLE_TARGETS = {
  redisKilled: { name: 'hub: rate with Redis killed / with Redis', unit: '×', ...atLeast(0.5) },
  floodAcknowledged: { name: 'flood: acknowledged p99 of the others / without', unit: '×', ...atMost(1.5) },
  floodDelivered: { name: 'flood: delivered p99 of the others / without', unit: '×', ...atMost(1.5) },
  mapping: { name: 'mapping, 12 template strings, on one core', unit: 'messages/s', ...atLeast(60_000) },
  pluginHost: { name: 'plugin host around deliver', unit: 'µs', ...atMost(30) },
};

/**
 * Evaluates each target for which the run has a result.
 * @param results results of the measurements in {@link SINGLE_TARGETS}, by name
 */
export function evaluateTargets(summary, results) {
  const all = [
    ...TARGETS.map((target) => ({ ...target, result: target.read(summary) })),
    ...Object.entries(results).map(([name, result]) => ({ ...SINGLE_TARGETS[name], result })),
  ];
  return all
    .filter(({ result }) => Number.isFinite(result))
    .map(({ name, unit, sign, limit, met, result }) => ({ name, unit, sign, limit, result, ok: met(result) }));
}

/** Formats targets with their results. */
export function targetTable(targets) {
  const rows = targets.map(({ name, unit, sign, limit, result, ok }) => [
    name,
    `${sign} ${figure(limit)} ${unit}`.trimEnd(),
    figure(result),
    ok ? 'met' : 'falls short',
  ]);
  return table([['target', 'wanted', 'result', ''], ...rows]);
}
