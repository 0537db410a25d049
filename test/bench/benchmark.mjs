import { Measurement } from './measure.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

/**
 * Measures every system in every scenario. The rounds of the systems are interleaved, so that other load on the machine
 * affects all systems. Each round begins with another system. Returns one figure per system, scenario and round.
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
