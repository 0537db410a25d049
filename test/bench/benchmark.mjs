import { Measurement } from './measure.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

/**
 * Every system at every scenario, round after round, so that whatever else the machine does in one round is borne by
 * all. Each round begins with another system: none is always the first. Returns a figure a system, scenario and round.
 */
export async function benchmark(machine, { systems, scenarios, rounds, seconds, logLevel }, tell) {
  const figures = [];
  for (let round = 0; round < rounds; round++) {
    for (const scenario of scenarios) {
      for (const system of rotated(systems, round)) {
        const setting = { scenario: SCENARIOS[scenario], logLevel };
        const figure = await machine.with(SYSTEMS[system], setting, (started) =>
          new Measurement(machine, { ...setting, started, seconds }).whole(),
        );
        figures.push({ system, scenario, round, ...figure });
        tell({ system, scenario, round, ...figure });
      }
    }
  }
  return figures;
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
