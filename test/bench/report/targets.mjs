import { nodeCpu } from './summary.mjs';

const ONE_TO_ONE = ['1to1', '1to1x50'];
const EVERY = [...ONE_TO_ONE, '1to3'];

const atLeast = (limit) => ({ limit, met: (value) => value >= limit, sign: '≥' });
const atMost = (limit) => ({ limit, met: (value) => value <= limit, sign: '≤' });

const rate = (system, other, scenarios, limit, stretch) =>
  scenarios.map((scenario) => ({
    name: `${system} / ${other}, ${scenario}`,
    unit: '×',
    ...atLeast(limit),
    ...(stretch === undefined ? {} : { stretch }),
    needs: [
      [system, scenario],
      [other, scenario],
    ],
    read: (summary) => summary.ratio(system, other, scenario),
  }));

const value = (name, system, scenarios, bound, unit, read) =>
  scenarios.map((scenario) => ({
    name: `${name}, ${scenario}`,
    unit,
    ...bound,
    needs: [[system, scenario]],
    read: (summary) => summary.median(system, scenario, read),
  }));

/** Targets of the hub, and limits which show that the baselines are not slow on purpose. */
const TARGETS = [
  ...rate('hub', 'typical', ONE_TO_ONE, 12),
  ...rate('hub', 'naive', ONE_TO_ONE, 5),
  ...rate('hub', 'limit', EVERY, 0.6, 0.8),
  ...rate('hub-pg', 'hub', EVERY, 0.6),
  ...value('hub: acknowledged p99 at half load', 'hub', EVERY, atMost(25), 'ms', (f) => f.acknowledgedMs.p99),
  ...value('hub: delivered p99 at half load', 'hub', EVERY, atMost(100), 'ms', (f) => f.deliveredMs.p99),
  ...value('hub: node CPU per event', 'hub', ONE_TO_ONE, atMost(220), 'µs', nodeCpu),
  ...value('typical is not slow on purpose: node CPU', 'typical', ['1to1'], atMost(3_000), 'µs', nodeCpu),
  ...value('naive is not slow on purpose: node CPU', 'naive', ['1to1'], atMost(950), 'µs', nodeCpu),
];

const MICRO_TARGETS = {
  mapping: { name: 'mapping, 12 template strings, on one core', unit: 'messages/s', ...atLeast(60_000) },
  pluginHost: { name: 'plugin host around deliver', unit: 'µs', ...atMost(30) },
};

/** Evaluates each target for which the run has figures. */
export function evaluateTargets(summary, micro) {
  const evaluated = (target, result) => ({ ...target, result, ok: target.met(result) });
  return [
    ...TARGETS.filter(({ needs }) => needs.every(([system, scenario]) => summary.has(system, scenario))).map((target) =>
      evaluated(target, target.read(summary)),
    ),
    ...Object.entries(micro).map(([name, result]) => evaluated(MICRO_TARGETS[name], result)),
  ];
}
