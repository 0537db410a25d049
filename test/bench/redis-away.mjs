import { Measurement } from './measure.mjs';
import { median } from './report/statistics.mjs';
import { figure, table } from './report/table.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

/**
 * Measures the rate of a running hub, alternately with Redis running and with Redis killed. Restarts Redis after each
 * round.
 * @returns ratio of the rates
 */
export async function redisAwayRun(machine, { scenarios: [scenario], rounds, seconds, logLevel }) {
  const setting = { scenario: SCENARIOS[scenario], logLevel };
  const ratios = [];
  const rows = [[`${scenario}, events/s`, 'with Redis', 'Redis killed', 'ratio']];
  await machine.with(SYSTEMS.hub, setting, async (started) => {
    const measurement = new Measurement(machine, { ...setting, started, seconds });
    for (let round = 1; round <= rounds; round++) {
      const { eventsPerSecond: up } = await measurement.atFullRate();
      await machine.redis.kill();
      await started.untilQueue('local');
      const { eventsPerSecond: away } = await measurement.atFullRate();
      await machine.redis.restart();
      await started.untilQueue('shared');
      ratios.push(away / up);
      rows.push([`round ${round}`, figure(up), figure(away), figure(away / up)]);
    }
  });
  console.log(`\n${table(rows)}`);
  return { redisKilled: median(ratios) };
}
