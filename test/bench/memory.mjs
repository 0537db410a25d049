import { residentMebibytes } from './machine/cpu.mjs';
import { Measurement } from './measure.mjs';
import { figure, table } from './report/table.mjs';
import { median } from './report/statistics.mjs';
import { SYSTEMS } from './systems/systems.mjs';
import { SCENARIOS } from './workload/scenarios.mjs';

const SAMPLE_EVERY_MS = 5_000;
/**
 * Share of the measurement in which memory may grow, because caches and compiled code fill up. After this time, memory
 * must stay constant.
 */
const FILLING = 0.2;
const FLAT = 1.1;

/** Measures the hub's memory at half its highest rate over several minutes. */
export async function memoryRun(machine, { minutes, logLevel }) {
  const setting = { scenario: SCENARIOS['1to1x50'], logLevel };
  await machine.with(SYSTEMS.hub, setting, async (started) => {
    const { eventsPerSecond } = await new Measurement(machine, { ...setting, started, seconds: 5 }).atFullRate();
    console.log(`\nMemory over ${minutes} minutes at ${figure(eventsPerSecond / 2)} events/s, 50 destinations`);
    const samples = [];
    const { processes } = started;
    const timer = setInterval(() => {
      samples.push(Object.fromEntries(processes.map(({ name, pid }) => [name, residentMebibytes(pid)])));
    }, SAMPLE_EVERY_MS);
    try {
      await new Measurement(machine, { ...setting, started, seconds: minutes * 60 }).atRate(eventsPerSecond / 2);
    } finally {
      clearInterval(timer);
    }
    console.log(table([['process', 'start', 'middle', 'end', 'max', ''], ...processes.map(({ name }) => row(name))]));

    function row(process) {
      const values = samples.slice(Math.floor(samples.length * FILLING)).map((sample) => sample[process]);
      const third = Math.floor(values.length / 3);
      const parts = [values.slice(0, third), values.slice(third, -third), values.slice(-third)].map(median);
      const flat = parts[2] <= parts[0] * FLAT;
      return [
        process,
        ...[...parts, Math.max(...values)].map((value) => `${figure(value)} MiB`),
        flat ? 'flat' : 'GROWS',
      ];
    }
  });
}
